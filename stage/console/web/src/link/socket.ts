import { decode } from "@msgpack/msgpack";
import { effect } from "@preact/signals";
import { SIGN_IN_CLOSE, shutOut } from "./shut";

/** The state of a lasting connection: not yet made, live, or lost and being retried. */
export type LinkState = "connecting" | "live" | "lost";

const RETRY_MS = 500;
const CHECK_MS = 250;

export interface LinkOptions {
  path: string;
  /** Called with every message; its promise is awaited before the message is acknowledged. */
  onMessage: (message: unknown) => Promise<void> | void;
  onState?: (state: LinkState) => void;
  /** The longest silence of a working server; 0 = no limit. */
  silenceMs: number;
}

/**
 * A WebSocket that reconnects by itself. Messages are msgpack arrays that begin with a number, which is sent back
 * once the message has been processed: the server sends no more than two ahead. Where the console requires a PIN it
 * waits until someone has signed in.
 */
export class Link {
  private socket: WebSocket | null = null;
  private heardAt = 0;
  private state: LinkState = "connecting";
  private retry = 0;

  constructor(private readonly options: LinkOptions) {
    effect(() => {
      if (shutOut.value) {
        if (this.socket) this.drop(this.socket);
      } else if (!this.socket) this.connect();
    });
    window.setInterval(() => this.check(), CHECK_MS);
  }

  private connect(): void {
    window.clearTimeout(this.retry);
    if (shutOut.peek()) return;
    const url = new URL(this.options.path, window.location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.heardAt = performance.now();
    socket.onmessage = (event) => void this.receive(socket, event.data as ArrayBuffer);
    socket.onclose = ({ code }) => {
      if (code === SIGN_IN_CLOSE) shutOut.value = true;
      this.drop(socket);
    };
  }

  private async receive(socket: WebSocket, data: ArrayBuffer): Promise<void> {
    this.heardAt = performance.now();
    const message = decode(data) as [number, ...unknown[]];
    await this.options.onMessage(message);
    if (socket !== this.socket) return;
    this.become("live");
    if (socket.readyState === WebSocket.OPEN) socket.send(String(message[0]));
  }

  private check(): void {
    const { silenceMs } = this.options;
    if (this.socket && silenceMs > 0 && performance.now() - this.heardAt > silenceMs) this.drop(this.socket);
  }

  private drop(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.socket = null;
    socket.onmessage = null;
    socket.close();
    if (this.state === "live") this.become("lost");
    window.clearTimeout(this.retry);
    this.retry = window.setTimeout(() => this.connect(), RETRY_MS);
  }

  private become(state: LinkState): void {
    if (state === this.state) return;
    this.state = state;
    this.options.onState?.(state);
  }
}
