/**
 * Finds the version of the package.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { fileURLToPath } from "node:url"

const Manifest = Schema.fromJsonString(Schema.Struct({ name: Schema.Literal("sluice"), version: Schema.String }))

/** Where the manifest is, from `src/cli` and from `dist/modules/cli`, and from folders below. */
const places = [
  "../../package.json",
  "../../../package.json",
  "../../../../package.json",
  "../../../../../package.json"
]

/** Returns the version in the manifest above a module; `unknown` where there is none. */
export const of = Effect.fnUntraced(
  function*(module: string): Effect.fn.Return<string, never, FileSystem.FileSystem> {
    const files = yield* FileSystem.FileSystem
    for (const place of places) {
      const path = fileURLToPath(new URL(place, module))
      const manifest = yield* Effect.option(Effect.flatMap(files.readFileString(path), Schema.decodeEffect(Manifest)))
      if (manifest._tag === "Some") return manifest.value.version
    }
    return "unknown"
  }
)
