// The constants of a figure; written by render/layers/crowd/crowd.py in this order.
struct Person {
    vec4 robe;   // a: height / 1.70 m
    vec4 under;  // a: width
    vec4 trim;   // a: how much it turns its head
    vec4 skin;   // a: how it looks to the side, radians
    vec4 hair;   // a: its own number, 0 to 1
};

layout(std430, binding = 6) readonly buffer People {
    Person people[];
};
