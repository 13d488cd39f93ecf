// What a surface has beyond metal and roughness: KHR_materials_specular, _ior, _clearcoat, _sheen, _iridescence and
// _transmission. Layers as those extensions say: varnish over bloom over the surface, each takes from what lies below
// the light that it mirrors. Needs the Material block of mesh/glossy.frag.

struct Finish {
    vec3 mirror;   // what the dielectric part mirrors straight on
    float edge;    // and at grazing angles
    vec3 metal;    // what the metal part mirrors straight on
    float bloom;   // the share of light that bloom of white gives back toward the eye
    float below;   // the share of light that reaches what lies below varnish and bloom
    float coat;    // the share that varnish mirrors
};

float strongest(vec3 colour) {
    return max(colour.r, max(colour.g, colour.b));
}

float grazing(float cosine) {
    float c = clamp(1.0 - cosine, 0.0, 1.0);
    float c2 = c * c;
    return c2 * c2 * c;
}

Finish finish_of(Surface s, float n_v, float own_v) {
    float at = n_v * float(ANGLES - 1);
    int low = min(int(at), ANGLES - 2);
    vec4 here = mix(material.angles[low], material.angles[low + 1], at - float(low));
    float film = material.coat.w;
    Finish f;
    f.mirror = mix(material.mirror.rgb, here.rgb, film);
    f.edge = mix(material.mirror.a, 1.0, film);
    f.metal = mix(s.base, here.rgb, film);
    f.bloom = here.a;
    f.coat = material.coat.x * (DIELECTRIC + (1.0 - DIELECTRIC) * grazing(own_v));
    f.below = (1.0 - f.coat) * (1.0 - strongest(material.sheen.rgb) * f.bloom);
    return f;
}

// The reflected share of white light from all sides: of the dielectric part, and of the whole.
vec3 dielectric_share(Surface s, Finish f) {
    return (f.mirror * s.dfg.x + f.edge * s.dfg.y) * bounces(f.mirror, s.dfg);
}

vec3 mirrored_share(Surface s, Finish f) {
    return mix(dielectric_share(s, f), mirrored_share(f.metal, s.dfg), s.metallic);
}

// What is left for the colour below, and of that what goes through instead of being scattered.
vec3 base_share(Surface s, Finish f) {
    return s.base * ((1.0 - s.metallic) * (1.0 - strongest(dielectric_share(s, f))));
}

vec3 diffuse_share(Surface s, Finish f) {
    return base_share(s, f) * (1.0 - material.sheen.a);
}

// Bloom of cloth: the distribution of Estevez and Kulla 2017, the visibility of Neubelt and Pettineo 2013.
float bloom(vec3 n, vec3 h, float n_v, float n_l, float roughness) {
    float power = 1.0 / max(roughness * roughness, 0.005);
    float n_h = dot(n, h);
    float lobe = (2.0 + power) * pow(max(1.0 - n_h * n_h, 1e-6), power * 0.5) / (2.0 * PI);
    return lobe / (4.0 * max(n_l + n_v - n_l * n_v, 1e-4));
}

// Times n.l, as `brdf`: varnish with the surface's own normal, everything else with the mapped one.
vec3 brdf(Surface s, Finish f, vec3 n, vec3 own, vec3 v, vec3 l) {
    float n_l = max(dot(n, l), 0.0);
    float n_v = max(dot(n, v), 1e-4);
    vec3 h = normalize(v + l);
    float more = grazing(dot(v, h));
    vec3 dielectric = (f.mirror + (f.edge - f.mirror) * more) * bounces(f.mirror, s.dfg);
    vec3 metal = (f.metal + (1.0 - f.metal) * more) * bounces(f.metal, s.dfg);
    float lobe = distribution(n, h, s.a2) * visibility(n_v, max(n_l, 1e-4), s.a2);
    vec3 light = (diffuse_share(s, f) / PI + lobe * mix(dielectric, metal, s.metallic)) * f.below;
    light += material.sheen.rgb * (bloom(n, h, n_v, max(n_l, 1e-4), material.coat.z) * (1.0 - f.coat));
    light *= n_l;
    if (material.coat.x > 0.0) {
        float a2 = pow(max(material.coat.y, SMOOTHEST), 4.0);
        float own_l = max(dot(own, l), 0.0);
        float shine = distribution(own, h, a2) * visibility(max(dot(own, v), 1e-4), max(own_l, 1e-4), a2);
        light += vec3(shine * own_l * material.coat.x * (DIELECTRIC + (1.0 - DIELECTRIC) * more));
    }
    return light;
}

// Light of the background: bloom from all sides, and what varnish mirrors.
vec3 layers_light(Finish f, vec3 ambient, vec3 own, vec3 v, float open) {
    vec3 light = material.sheen.rgb * ambient * (f.bloom * (1.0 - f.coat) * open);
    if (material.coat.x > 0.0) {
        light += mirrored_background(reflect(-v, own), max(material.coat.y, SMOOTHEST)) * (f.coat * open);
    }
    return light;
}
