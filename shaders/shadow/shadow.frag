#version 430 core
// Depth only; the sun shines through holes in a surface.
#require MASKED
layout(binding = 0) uniform sampler2D picture;

in vec2 uv;
flat in float alpha;
flat in float alpha_cutoff;

void main() {
#if MASKED
    if (alpha * texture(picture, uv).a < alpha_cutoff) discard;
#endif
}
