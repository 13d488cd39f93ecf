#version 430 core
// The radiance of a glTF metallic-roughness surface toward the eye (glTF 2.0, 3.9 and appendix B), also of matt ones
// with rain or snow on them.
#require LIT
#require PROBE
#require MATERIAL
#require BRIGHTEST
#require TEXTURED
#require MASKED
#require DOUBLE_SIDED
#require HAZE
#require BAKED
#require EVEN
#require BLENDED
#require METAL_ROUGH
#require NORMAL_MAP
#require OCCLUSION
#require EMISSIVE_MAP
#require TANGENTS
#require SECOND_UV
#require WEATHER
#require FINISH
#require GLASS
#require ANGLES
#include "common/view.glsl"
#include "common/light.glsl"
#include "common/brdf.glsl"
#include "common/reflections.glsl"
#if WEATHER
#include "common/weather_surface.glsl"
#endif

layout(binding = 0) uniform sampler2D picture;
layout(binding = 1) uniform sampler2D metal_rough_picture;
layout(binding = 2) uniform sampler2D normal_picture;
layout(binding = 3) uniform sampler2D occlusion_picture;
layout(binding = 4) uniform sampler2D emissive_picture;

// Written by render/layers/mesh/material_block.py. Rows: u, v of a picture from (u, v, 1); w: 1 = second set; 1 = base
// picture present.
layout(std140, binding = 3) uniform Material {
    vec4 factors;  // metallic, roughness, normal scale, occlusion strength
    vec4 metal_rough_rows[2];
    vec4 normal_rows[2];
    vec4 occlusion_rows[2];
    vec4 emissive_rows[2];
    vec4 mirror;  // finish: rgb, and at grazing angles
    vec4 coat;    // varnish, its roughness, the bloom's roughness, how much has a film
    vec4 sheen;   // colour of the bloom; a: how much light goes through
    vec4 tint;    // what goes through is multiplied by; a: 1 = alpha counts
    vec4 angles[ANGLES];  // by cosine 0 to 1: what the film mirrors; a: share of the bloom
} material;

in vec3 offset_m;
in vec3 normal;
in vec2 uv;
in vec4 base_colour;
flat in vec4 emissive;
flat in float alpha_cutoff;
#if TANGENTS
in vec4 tangent;
#endif
#if SECOND_UV
in vec2 second_uv;
#endif

#if GLASS
layout(location = 0, index = 0) out vec4 result;
layout(location = 0, index = 1) out vec4 through;  // what of the light behind comes through
#else
layout(location = 0) out vec4 result;
#endif
#if FINISH
#include "mesh/finish.glsl"
#endif

#include "mesh/surroundings.glsl"

vec2 place_in(vec4 rows[2]) {
#if SECOND_UV
    vec3 from = vec3(mix(uv, second_uv, rows[0].w), 1.0);
#else
    vec3 from = vec3(uv, 1.0);
#endif
    return vec2(dot(rows[0].xyz, from), dot(rows[1].xyz, from));
}

vec4 base() {
#if TEXTURED
    return base_colour * texture(picture, uv);
#else
    return base_colour;
#endif
}

// The normal from the normal map, and the spread of the map's normals within the pixel (Toksvig 2005).
vec3 mapped(vec3 n, out float spread) {
    spread = 0.0;
#if NORMAL_MAP
    vec2 place = place_in(material.normal_rows);
    vec3 local = texture(normal_picture, place).xyz * 2.0 - 1.0;
    float along = clamp(length(local), 0.3, 1.0);
    spread = max(0.0, 1.0 / along - 1.02);  // in 8 bits nothing is quite 1
    local.xy *= material.factors.z;
#if TANGENTS
    vec3 t = tangent.xyz - n * dot(n, tangent.xyz);
    t *= inversesqrt(max(dot(t, t), 1e-20));
    vec3 b = cross(n, t) * tangent.w;
#else
    // The frame of the texture coordinates on the screen (Mikkelsen 2020); v runs down, the map's y up.
    vec3 across = dFdx(offset_m), up = dFdy(offset_m);
    vec2 u_v_across = dFdx(place), u_v_up = dFdy(place);
    vec3 a = cross(up, n), c = cross(n, across);
    vec3 t = a * u_v_across.x + c * u_v_up.x, b = -(a * u_v_across.y + c * u_v_up.y);
    float size = inversesqrt(max(max(dot(t, t), dot(b, b)), 1e-30));
    float turn = dot(cross(across, up), n) < 0.0 ? -1.0 : 1.0;
    t *= size * turn;
    b *= size * turn;
#endif
    vec3 m = t * local.x + b * local.y + n * local.z;
    return m * inversesqrt(max(dot(m, m), 1e-20));
#else
    return n;
#endif
}

// Roughness widened by the turn of normals within the pixel: highlights do not sparkle (Tokuyoshi, Kaplanyan 2019).
float steadied(float a2, vec3 n, float spread) {
    vec3 across = dFdx(n), up = dFdy(n);
    float variance = 0.1591549 * (dot(across, across) + dot(up, up)) + spread;
    return min(a2 + min(2.0 * variance, 0.18), 1.0);
}

void main() {
    vec4 colour = base();
#if MASKED
    if (colour.a < alpha_cutoff) discard;
#endif
    float distance_m = length(offset_m);
    vec3 v = -offset_m / distance_m;
    vec3 own = normal * inversesqrt(max(dot(normal, normal), 1e-30));
    float spread;
    vec3 n = mapped(own, spread);
#if DOUBLE_SIDED
    if (!gl_FrontFacing) {
        own = -own;
        n = -n;
    }
#endif
    float metallic = material.factors.x, roughness = material.factors.y;
#if METAL_ROUGH
    vec2 given = texture(metal_rough_picture, place_in(material.metal_rough_rows)).gb;
    roughness *= given.x;
    metallic *= given.y;
#endif
#if WEATHER
    vec3 place_m = view.eye_m.xyz + offset_m;
    // On a surface with a picture, vertex colours are usually baked light.
    float baked = min(dot(base_colour.rgb, vec3(0.2126, 0.7152, 0.0722)) * 1.25, 1.0);
    float shade = mix(1.0, baked, material.metal_rough_rows[1].w);
    Weathered w = weathered(colour.rgb, metallic, roughness, shade, own, place_m, length(fwidth(offset_m)));
    colour.rgb = mix(w.base, colour.rgb, emissive.a);
    metallic = w.metallic;
    roughness = w.roughness;
    n = normalize(mix(n, own, w.flatness));
#endif
    roughness = sqrt(sqrt(steadied(pow(max(roughness, SMOOTHEST), 4.0), n, spread)));
    float n_v = clamp(dot(n, v), 1e-4, 1.0);
    Surface s = surface_of(colour.rgb, metallic, roughness, gloss_at(n_v, roughness));

    float open = 1.0;
#if OCCLUSION
    open = mix(1.0, texture(occlusion_picture, place_in(material.occlusion_rows)).r, material.factors.w);
#endif
    // Lagarde and de Rousiers 2014: reflections are occluded less, the smoother the surface.
    float mirror_open = clamp(pow(n_v + open, exp2(-16.0 * roughness - 1.0)) - 1.0 + open, 0.0, 1.0);
    vec3 mirrored = reflect(-v, n);
#if WEATHER
    // Water reflects the set toward the horizon, and the sky only above it. The background's picture lacks the set.
    mirror_open *= mix(1.0, mix(0.15, 1.0, smoothstep(0.05, 0.7, mirrored.z)), w.film);
#endif
#if FINISH
    Finish f = finish_of(s, n_v, clamp(dot(own, v), 1e-4, 1.0));
    vec3 around = ambient_here(n);
    vec3 radiance = (diffuse_share(s, f) * around * open
        + mirrored_share(s, f) * mirrored_background(mirrored_way(n, mirrored, roughness), roughness) * mirror_open) * f.below;
    radiance += layers_light(f, around, own, v, open);
    radiance += brdf(s, f, n, own, v, view.toward_sun.xyz) * view.sun.rgb * (PI * sunlit(own, offset_m));
#else
    vec3 radiance = diffuse_share(s) * ambient_here(n) * open
        + mirrored_share(s) * mirrored_background(mirrored_way(n, mirrored, roughness), roughness) * mirror_open;
    radiance += brdf(s, n, v, view.toward_sun.xyz) * view.sun.rgb * (PI * sunlit(own, offset_m));
#endif
#if LAMPS
    for (int i = 0; i < burning_lamps(); ++i) {
        Lamplight lamp = lamplight(i, offset_m);
#if FINISH
        vec3 share = brdf(s, f, n, own, v, lamp.toward);
#else
        vec3 share = brdf(s, n, v, lamp.toward);
#endif
#if BAKED
        // What it scatters is in the prepared light.
        share = max(share - diffuse_share(s) * (max(dot(n, lamp.toward), 0.0) * prepared().a / PI), 0.0);
#endif
        radiance += share * lamp.light * PI;
    }
#endif
    radiance = mix(radiance, colour.rgb * view.sun.a, emissive.a);
    vec3 glow = emissive.rgb * view.sun.a;
#if EMISSIVE_MAP
    glow *= texture(emissive_picture, place_in(material.emissive_rows)).rgb;
#endif
#if FINISH
    glow *= 1.0 - f.coat;
#endif
    radiance += glow;
#if GLASS
    // What covers the view behind is seen through the haze; what lets it through is not.
    float alpha = mix(1.0, clamp(colour.a, 0.0, 1.0), material.tint.a);
    vec3 clear = base_share(s, f) * material.tint.rgb * (material.sheen.a * f.below);
    clear = mix(vec3(1.0), clear, alpha);
    float covered = max(1.0 - dot(clear, vec3(0.2126, 0.7152, 0.0722)), 1e-3);
    radiance *= alpha / covered;
#endif
#if HAZE == EVEN
    radiance = through_even_haze(radiance, offset_m);
#elif HAZE
    radiance = through_haze(radiance, offset_m);
#endif
    radiance = min(radiance, BRIGHTEST);
#if GLASS
    result = vec4(radiance * covered, covered);
    through = vec4(clear, 1.0 - covered);
#elif BLENDED
    float cover = clamp(colour.a, 0.0, 1.0);
    result = vec4(radiance * cover, cover);
#else
    result = vec4(radiance, 1.0);
#endif
}
