// What reaches a surface but for the sun's own light: prepared (BAKED 1: for some of a set's things, 2: for all), or from the
// background and the set's lamps. Needs common/light.glsl.
#require BAKED
#require DOUBLE_SIDED

#if BAKED
in vec4 baked;  // a: 1 = prepared, with the lamps; else from the background alone
#if DOUBLE_SIDED
in vec4 baked_behind;
#endif
#endif

vec4 prepared() {
#if BAKED && DOUBLE_SIDED
    return gl_FrontFacing ? baked : baked_behind;
#elif BAKED
    return baked;
#else
    return vec4(0.0);
#endif
}

vec3 ambient_here(vec3 n) {
#if BAKED
    return prepared().rgb;
#else
    return ambient_on(n);
#endif
}

vec3 surroundings(vec3 n, vec3 offset_m) {
#if BAKED == 2 || !LAMPS
    return ambient_here(n);
#elif BAKED
    vec4 light = prepared();
    return light.a > 0.5 ? light.rgb : light.rgb + lamps_on(n, offset_m);
#else
    return ambient_here(n) + lamps_on(n, offset_m);
#endif
}
