import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => resolve(import.meta.dirname, path)
const json = (path: string) => JSON.parse(readFileSync(here(path), 'utf8'))

/** The icons that pages name, drawn by Tabler, in one file: `<svg><use href="…/icons.svg#map"/></svg>`. */
function iconSprite(): Plugin {
  return {
    name: 'icon-sprite',
    generateBundle() {
      const drawn = json('node_modules/@tabler/icons/tabler-nodes-outline.json')
      const symbol = ([name, tabler]: [string, string]) => {
        const nodes: [string, Record<string, string>][] = drawn[tabler]
        if (!nodes) throw new Error(`icons.json: Tabler draws no "${tabler}"`)
        const shapes = nodes.map(([tag, attributes]) =>
          `<${tag} ${Object.entries(attributes).map(([key, value]) => `${key}="${value}"`).join(' ')}/>`)
        return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
          `stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">${shapes.join('')}</symbol>`
      }
      const symbols = (Object.entries(json('icons.json')) as [string, string][]).map(symbol)
      this.emitFile({
        type: 'asset',
        fileName: 'icons.svg',
        source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('\n')}</svg>\n`,
      })
    },
  }
}

export default defineConfig({
  base: '/static/dist/',
  plugins: [iconSprite()],
  build: {
    target: 'es2022',
    manifest: 'manifest.json',
    outDir: here('../src/giamsat/static/dist'),
    emptyOutDir: true,
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: { main: here('src/main.ts') },
      // htmx carries an eval for hx-on and filters; pages switch it off and the content policy forbids it.
      onwarn: (warning, warn) => warning.code === 'EVAL' || warn(warning),
    },
  },
  worker: { format: 'es' },
})
