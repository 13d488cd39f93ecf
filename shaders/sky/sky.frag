#version 430 core
// The sky behind everything: clear air from tables, clouds, and the ground below the horizon.
#require LIT
#require PROBE
#require MATERIAL
#require BRIGHTEST
#require SUNLIT
#require MOONLIT
#require CLOUDS
#require FOG
#include "common/view.glsl"
#include "sky/air.glsl"
#include "sky/dome.glsl"
#include "sky/sky.glsl"
#include "sky/clouds.glsl"

layout(binding = 0) uniform sampler2D sun_dome;
layout(binding = 1) uniform sampler2D moon_dome;
layout(binding = 2) uniform sampler2D noise;

in vec3 direction;

layout(location = 0) out vec4 result;

vec3 clear_sky(vec3 d) {
    vec3 light = sky.airglow.rgb;
#if SUNLIT
    light += sky.sun.rgb * looked_up(sun_dome, dome_place(d, sky.sun_side.xy));
#endif
#if MOONLIT
    light += sky.moon.rgb * looked_up(moon_dome, dome_place(d, sky.sun_side.zw));
    float low = (1.0 - max(d.z, 0.0)) * (1.0 - max(d.z, 0.0));
    light += sky.airglow.rgb * (1.5 * low * low);  // van Rhijn: the layer is seen edge on
#endif
    return light;
}

#if FOG
vec3 haze_toward(vec3 d) {
    float toward = 0.5 + 0.5 * dot(d, sky.toward_sun.xyz);
    float third = toward * toward * toward;
    return sky.haze.rgb + sky.glow.rgb * third * third;
}
#endif

#if CLOUDS
vec3 with_clouds(vec3 air, vec3 d, float pixel_rad) {
    if (d.z <= 0.0) return air;
    float way = cloud_way_km(d.z);
    float texels = pixel_rad * way / max(d.z, 0.04) * float(textureSize(noise, 0).x) / CLOUD_TILE_KM;
    Cloud cloud = cloud_toward(noise, d, air, way, cloud_place(d, way), log2(max(texels, 1e-3)));
    return mix(air, cloud.radiance, cloud.hides);
}
#endif

void main() {
    vec3 d = normalize(direction);
#if MATERIAL == PROBE
    result = vec4(view.eye_m.xyz + 1e5 * d, 1.0);
#else
    vec3 radiance = clear_sky(d);
#if CLOUDS
    radiance = with_clouds(radiance, d, max(length(dFdx(d)), length(dFdy(d))));
#endif
    if (d.z < 0.0) radiance = mix(radiance, sky.ground.rgb, exp(sky.ground.a * 0.2 / d.z));
#if FOG
    radiance = mix(haze_toward(d), radiance, exp(-sky.haze.a / max(abs(d.z), 0.01)));
#endif
    result = vec4(min(radiance, BRIGHTEST), 1.0);
#endif
}
