#version 430 core
// The sky behind everything: clear air from tables, clouds above the horizon, the ground below it.
#require LIT
#require PROBE
#require MATERIAL
#require BRIGHTEST
#require SUNLIT
#require MOONLIT
#require CLEAR
#require CLOUDY
#require GROUND
#require PART
#require FOG
#require DOME_PX
#include "common/view.glsl"
#include "sky/air.glsl"
#include "sky/dome.glsl"
#include "sky/sky.glsl"
#include "sky/clouds.glsl"

layout(binding = 0) uniform sampler2D sun_dome;
layout(binding = 1) uniform sampler2D moon_dome;
layout(binding = 2) uniform sampler2D noise;

in vec3 direction;
in vec2 dome;
flat in vec3 light;
flat in vec3 glow;
flat in vec4 ground;

layout(location = 0) out vec4 result;

vec3 main_table(sampler2D table) {
#if PART == GROUND
    float up = 0.5 / DOME_PX.y;
#else
    float up = (sqrt(max(dome.y, 0.0)) * (DOME_PX.y - 1.0) + 0.5) / DOME_PX.y;
#endif
    return textureLod(table, vec2(dome.x, up), 0.0).rgb;
}

vec3 clear_sky() {
#if SUNLIT
    vec3 seen = light * main_table(sun_dome) + glow;
#else
    vec3 seen = light * main_table(moon_dome) + glow;
#endif
#if MOONLIT
    float low = 1.0 - max(direction.z, 0.0);
    seen += glow * (1.5 * low * low);  // van Rhijn: the layer is seen edge on
#endif
#if SUNLIT && MOONLIT
    seen += sky.moon.rgb * looked_up(moon_dome, dome_place(normalize(direction), sky.sun_side.zw));
#endif
    return seen;
}

#if FOG
vec3 haze_toward(vec3 d) {
    float toward = 0.5 + 0.5 * dot(d, sky.toward_sun.xyz);
    float third = toward * toward * toward;
    return sky.haze.rgb + sky.glow.rgb * third * third;
}
#endif

#if PART == CLOUDY
vec3 with_clouds(vec3 air, vec3 d, float pixel_rad) {
    float way = cloud_way_km(d.z);
    float texels = pixel_rad * way / max(d.z, 0.04) * float(textureSize(noise, 0).x) / CLOUD_TILE_KM;
    Cloud cloud = cloud_toward(noise, d, air, way, cloud_place(d, way), log2(max(texels, 1e-3)));
    return mix(air, cloud.radiance, cloud.hides);
}
#endif

void main() {
#if MATERIAL == PROBE
    result = vec4(view.eye_m.xyz + 1e5 * normalize(direction), 1.0);
#else
    vec3 radiance = clear_sky();
#if PART == CLOUDY
    vec3 d = normalize(direction);
    radiance = with_clouds(radiance, d, max(length(dFdx(d)), length(dFdy(d))));
#elif PART == GROUND
    radiance = mix(radiance, ground.rgb, exp(ground.a / min(direction.z, -1e-6)));
#endif
#if FOG
    vec3 toward = normalize(direction);
    radiance = mix(haze_toward(toward), radiance, exp(-sky.haze.a / max(abs(toward.z), 0.01)));
#endif
    result = vec4(min(radiance, BRIGHTEST), 1.0);
#endif
}
