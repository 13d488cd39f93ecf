#version 430 core
// Table: the share of light transmitted from above the air (Bruneton's coordinates).
#include "sky/air.glsl"

uniform vec2 size_px;
uniform float aerosol;

layout(location = 0) out vec4 result;

const int STEPS = 40;

void main() {
    vec2 place = (gl_FragCoord.xy - 0.5) / (size_px - 1.0);
    float rho = place.y * HORIZON_KM;
    float radius = sqrt(rho * rho + PLANET_KM * PLANET_KM);
    float way = TOP_KM - radius + place.x * (rho + HORIZON_KM - (TOP_KM - radius));
    float cosine = way > 0.0 ? clamp(((HORIZON_KM + rho) * (HORIZON_KM - rho) - way * way) / (2.0 * radius * way), -1.0, 1.0) : 1.0;
    vec3 depth = vec3(0.0);
    for (int i = 0; i < STEPS; ++i) {
        vec2 part = step_of(i, STEPS) * way;
        float height = sqrt(radius * radius + part.x * (part.x + 2.0 * radius * cosine)) - PLANET_KM;
        depth += air_at(height, aerosol).lost * part.y;
    }
    result = vec4(exp(-depth), 1.0);
}
