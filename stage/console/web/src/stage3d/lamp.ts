import {
  BufferGeometry,
  Color,
  ConeGeometry,
  Group,
  Line,
  LineBasicMaterial,
  Mesh,
  MeshBasicMaterial,
  Quaternion,
  Vector3,
} from "three";
import type { FixtureShape, FixtureState } from "../generated/records";
import { label } from "./label";

const LENGTH_M = 0.35;
const BEAM_M = 1.2;
/** There are many lamps: their names are smaller than the walls'. */
const SMALL = 0.024;
const DARK = "#3a4450";
const FRAME = "#b9a36a";
/** A three.js cone points along +Y. */
const CONE_AXIS = new Vector3(0, 1, 0);

/** A lamp in the 3-D view: a cone opening in the direction of its beam, in the colour sent to it. */
export class LampModel {
  readonly group = new Group();
  private readonly body: Mesh<ConeGeometry, MeshBasicMaterial>;

  constructor({ name, position_m, direction }: FixtureShape) {
    const way = new Vector3(...direction);
    this.body = new Mesh(new ConeGeometry(LENGTH_M / 2, LENGTH_M, 16, 1, true), new MeshBasicMaterial({ color: DARK }));
    this.body.quaternion.copy(new Quaternion().setFromUnitVectors(CONE_AXIS, way.clone().negate()));
    const beam = new BufferGeometry().setFromPoints([new Vector3(), way.clone().multiplyScalar(BEAM_M)]);
    const sign = label(name, FRAME, SMALL);
    sign.position.set(0, 0, LENGTH_M / 2);
    this.group.add(this.body, new Line(beam, new LineBasicMaterial({ color: FRAME })), sign);
    this.group.position.set(...position_m);
  }

  /** Set the light: linear colour whose largest part is 1, and the level. */
  follow({ colour, level }: FixtureState): void {
    const [red, green, blue] = colour;
    this.body.material.color.copy(new Color(DARK)).lerp(new Color(red, green, blue), Math.sqrt(level));
  }
}
