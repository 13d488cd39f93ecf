// Point, spot and directional lights of the set (KHR_lights_punctual), written by render/layers/mesh/lamp_block.py: the
// light of lamp i at a place, as radiance of a white surface facing it, and its direction.
#require LAMPS

struct Lamp {
    vec4 offset_m;   // from the eye; w: 1 / range^2 (0 = infinite)
    vec4 light;      // rgb; a: 1 = at a place (falls with distance), 0 = directional
    vec4 direction;  // along its light; w: unused
    vec4 cone;       // x: scale, y: offset of the cosine; z: how many lamps burn, which come first
};

layout(std140, binding = 2) uniform Lamps {
    Lamp lamp[LAMPS];
} lamps;

int burning_lamps() {
    return min(int(lamps.lamp[0].cone.z), LAMPS);
}

struct Lamplight {
    vec3 light;
    vec3 toward;
};

Lamplight lamplight(int i, vec3 offset_m) {
    Lamp lamp = lamps.lamp[i];
    vec3 way = lamp.offset_m.xyz - offset_m;
    float square = max(dot(way, way), 1e-4);  // not nearer than a centimetre
    vec3 toward = mix(-lamp.direction.xyz, way * inversesqrt(square), lamp.light.a);
    float part = square * lamp.offset_m.w;
    float window = clamp(1.0 - part * part, 0.0, 1.0);
    float fall = mix(1.0, window / square, lamp.light.a);
    float cone = clamp(dot(-toward, lamp.direction.xyz) * lamp.cone.x + lamp.cone.y, 0.0, 1.0);
    return Lamplight(lamp.light.rgb * (fall * cone * cone), toward);
}
