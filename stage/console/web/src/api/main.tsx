import { render } from "preact";
import "../base.css";
import "./api.css";

interface Operation {
  summary?: string;
  description?: string;
}

interface OpenApi {
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
}

/** The control API as a page: unlike OpenAPI's own viewers, it loads nothing from other servers. */
function Api({ api }: { api: OpenApi }) {
  return (
    <div class="api">
      <h1>{api.info.title}: API</h1>
      <p>
        Machine-readable: <a href="/openapi.json">/openapi.json</a> · <a href="/">back to the console</a>
      </p>
      {Object.entries(api.paths).map(([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => (
          <section key={method + path}>
            <h2>
              {method.toUpperCase()} {path.includes("{") ? path : <a href={path}>{path}</a>}
            </h2>
            <p>{operation.description ?? operation.summary}</p>
          </section>
        )),
      )}
      <section>
        <h2>WebSocket /ws/state, /ws/pictures</h2>
        <p>
          msgpack: [number, first, changed, gone] and [number, first, picture]. Answer each with its number as text; two
          may be unanswered.
        </p>
      </section>
    </div>
  );
}

const root = document.getElementById("api");
const answer = await fetch("/openapi.json");
if (root) render(<Api api={(await answer.json()) as OpenApi} />, root);
