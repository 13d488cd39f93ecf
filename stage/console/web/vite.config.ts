import { defineConfig } from "vite";

// The console's backend serves the build; `npm run dev` works on the page against a running console.
export default defineConfig({
  build: {
    outDir: "../web_dist",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 1200,
    rollupOptions: { input: ["index.html", "api.html"] },
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": "http://127.0.0.1:8400",
      "/preview": "http://127.0.0.1:8400",
      "/openapi.json": "http://127.0.0.1:8400",
    },
  },
});
