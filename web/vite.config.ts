import { defineConfig } from "vite";

// everything is served from the package itself; nothing is fetched from elsewhere
export default defineConfig({
  base: "./",
  build: { outDir: "../src/contactline/serving/web", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 2000, assetsInlineLimit: 0 },
});
