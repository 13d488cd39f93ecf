// The captured background as few directions: each of a face's cells has the mean of its light and the place where that
// light comes from, so a small lamp stays where it is.
#require CELLS

struct Cell {
    vec4 light;  // rgb: radiance times solid angle; a: solid angle
    vec4 way;    // toward it
};

layout(std430, binding = 6) buffer Gathered {
    Cell cells[6 * CELLS * CELLS];
};
