// What the look does to the composed picture, up to the wall's own linear light. Written by
// render/wall/steps.py in this order; neutral values change nothing.
#require MOST_CARDS

uniform vec2 canvas_px;

struct Card {
    vec4 place;   // centre and half size, canvas pixels
    vec4 turn;    // cosine, sine; share of the size over which it fades; 1 = ellipse
    vec4 colour;  // light
};

layout(std140, binding = 2) uniform Steps {
    vec4 balance[3];    // columns of the white balance
    vec4 slope;         // a: saturation
    vec4 offset;        // a: 1 if a power is not 1
    vec4 power;
    vec4 outer_view;    // x: gain; y: saturation
    vec4 trim;          // rgb
    vec4 key_colour;    // rgb: light of the wall itself; a: 1 if the key is on
    vec4 marker_colour; // rgb
    vec4 marker;        // x, y: metres a pixel; z: spacing, w: size, metres
    vec4 counts;        // x: cards outside the inner view; y: all cards; z: 1 if markers are on
    Card card[MOST_CARDS];
} steps;

const vec3 LUMA_709 = vec3(0.2126, 0.7152, 0.0722);

vec3 saturated(vec3 light, float saturation) {
    return clamp(mix(vec3(dot(light, LUMA_709)), light, saturation), 0.0, MOST_LIGHT);
}

// White balance, then ASC CDL v1.2 without its upper limit (stage/maths/colour_grade.py).
vec3 graded(vec3 light) {
    vec3 white = steps.balance[0].rgb * light.r + steps.balance[1].rgb * light.g + steps.balance[2].rgb * light.b;
    vec3 raised = max(max(white, 0.0) * steps.slope.rgb + steps.offset.rgb, 0.0);
    // A loop that runs once or not at all, here and below: a software renderer executes both sides of a branch.
    for (float i = 0.0; i < steps.offset.a; ++i) raised = pow(raised, steps.power.rgb);
    return saturated(min(raised, MOST_LIGHT), steps.slope.a);
}

vec2 canvas_pixel() {
    return vec2(gl_FragCoord.x, canvas_px.y - gl_FragCoord.y);
}

// How much of a pixel a card covers.
float card_share(Card c, vec2 pixel) {
    vec2 offset = pixel - c.place.xy;
    vec2 turned = vec2(c.turn.x * offset.x + c.turn.y * offset.y, c.turn.x * offset.y - c.turn.y * offset.x);
    vec2 beyond = abs(turned) - c.place.zw;
    float radius = min(c.place.z, c.place.w);
    float beyond_ellipse = (length(turned / c.place.zw) - 1.0) * radius;
    vec2 sides = 1.0 - smoothstep(-c.turn.z * c.place.zw - 0.5, vec2(0.5), beyond);
    float ellipse = 1.0 - smoothstep(-c.turn.z * radius - 0.5, 0.5, beyond_ellipse);
    return c.turn.w > 0.5 ? ellipse : sides.x * sides.y;
}

// The key's ground or one of its crosses. Crosses are on a grid in metres on the wall's own surface, counted from the
// canvas' middle: no camera moves them.
vec3 key_at(vec2 pixel) {
    vec2 metres = (pixel - 0.5 * canvas_px) * steps.marker.xy;
    vec2 off = abs(metres - steps.marker.z * (floor(metres / steps.marker.z) + 0.5));
    vec2 pixel_m = steps.marker.xy;
    vec2 thin = clamp((steps.marker.w / 12.0 - off) / pixel_m + 0.5, 0.0, 1.0);
    vec2 long_ = clamp((steps.marker.w / 2.0 - off) / pixel_m + 0.5, 0.0, 1.0);
    float cross_share = max(thin.x * long_.y, thin.y * long_.x) * steps.counts.z;
    return mix(steps.key_colour.rgb, steps.marker_colour.rgb, cross_share);
}

// `inner`: the light of inner views times their share; `open_share`: the share left to the outer view.
vec3 stepped(vec3 inner, float open_share, vec3 outer) {
    vec2 pixel = canvas_pixel();
    bool keyed = steps.key_colour.a > 0.0;
    float share = 1.0 - open_share;
    for (int i = share > 0.0 ? 0 : 1; i < (open_share > 0.0 ? 2 : 1); ++i) {
        vec3 done = graded(i == 0 ? inner / share : outer);
        inner = i == 0 ? done : inner;
        outer = i == 0 ? outer : saturated(done * steps.outer_view.x, steps.outer_view.y);
    }
    if (keyed) {
        share = step(0.5, share);
        inner = vec3(0.0);
    }
    vec4 outside = vec4(0.0), over = vec4(0.0);  // premultiplied; later cards over earlier ones
    for (int i = 0; i < int(steps.counts.y); ++i) {
        float here = card_share(steps.card[i], pixel);
        float beside = i < int(steps.counts.x) ? here : 0.0;
        outside = mix(outside, vec4(steps.card[i].colour.rgb, 1.0), beside);
        over = mix(over, vec4(steps.card[i].colour.rgb, 1.0), here - beside);
    }
    vec3 light = share * inner * steps.trim.rgb
        + (1.0 - share) * (outer * steps.trim.rgb * (1.0 - outside.a) + outside.rgb);
    light = calibrated(light * (1.0 - over.a) + over.rgb);
    for (int i = 0; i < int(keyed); ++i) light += share * (1.0 - over.a) * key_at(pixel);
    return light;
}
