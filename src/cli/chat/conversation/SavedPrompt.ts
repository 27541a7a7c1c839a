/**
 * Writes a conversation to a file and reads it again: the `Prompt` of `effect/ai` as JSON, which other programs decode
 * with `Schema.toCodecJson(Prompt.Prompt)`.
 */
import * as Prompt from "effect/ai/Prompt"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { FailedError } from "../../Failures.ts"
import * as InputFile from "../../InputFile.ts"
import * as OutputFile from "../../OutputFile.ts"

const Saved = Schema.fromJsonString(Schema.toCodecJson(Prompt.Prompt))

/** Writes a conversation, to a new file for its owner alone. A file that is there is replaced as a whole. */
export const save = Effect.fnUntraced(function*(prompt: Prompt.Prompt, file: string) {
  const text = yield* Effect.orDie(Schema.encodeEffect(Saved)(prompt))
  yield* OutputFile.write(Stream.make(new TextEncoder().encode(`${text}\n`)), file, 0o600)
})

/** Reads a conversation. */
export const load = Effect.fnUntraced(function*(file: string) {
  const text = new TextDecoder().decode(yield* InputFile.bytes(file))
  return yield* Effect.mapError(
    Schema.decodeEffect(Saved)(text),
    () => new FailedError({ line: `InputError: ${file} is not a saved conversation: a Prompt of effect/ai as JSON` })
  )
})
