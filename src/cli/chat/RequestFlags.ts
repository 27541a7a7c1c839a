/**
 * The flags of `sluice chat` that become fields of the request.
 */
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import { type CommandLineError, FailedError } from "../Failures.ts"
import * as Flags from "../Flags.ts"
import * as Headers from "../Headers.ts"
import * as InputFile from "../InputFile.ts"

/** The values of the flags. */
export interface RequestFlags {
  /** `--temperature`: how random the sampling is, 0 or more; default: the model's. */
  readonly temperature: number | undefined
  /** `--max-tokens`: the most tokens of a completion, 1 or more; default: the model's. */
  readonly maxTokens: number | undefined
  /** `--effort`: how much the model reasons, in the provider's own vocabulary; default: the model's. */
  readonly effort: string | undefined
  /** `--schema`: the path of a JSON Schema that the text follows; default: free text. */
  readonly schema: string | undefined
  /** `--image`: paths or URLs of images. */
  readonly image: ReadonlyArray<string>
  /** `--file`: paths or URLs of other files. */
  readonly file: ReadonlyArray<string>
  /** `--header`: headers of the HTTP request, as `name: value`. They are never printed. */
  readonly header: ReadonlyArray<string>
}

const list = (name: string, metavar: string, description: string): Flag.Flag<ReadonlyArray<string>> =>
  Flag.String(name).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(`${description}; may be repeated`),
    Flag.atLeast(0)
  )

/** The flags. */
export const flags = {
  temperature: Flag.Finite("temperature").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("How random the sampling is, mostly 0 to 2; default: the model's"),
    Flag.filter((value) => value >= 0, () => "a number that is not negative"),
    Flags.optional
  ),
  maxTokens: Flag.Int("max-tokens").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("The most tokens of the completion, reasoning included; default: the model's"),
    Flag.filter((value) => value > 0, () => "a number above 0"),
    Flags.optional
  ),
  effort: Flags.text("effort", "WORD", "How much the model reasons: none, low, medium, high or another of its words"),
  schema: Flags.text("schema", "FILE", "A JSON Schema that the text follows"),
  image: list("image", "FILE|URL", "An image to send with the prompt"),
  file: list("file", "FILE|URL", "A document or another file to send with the prompt"),
  header: list("header", "'NAME: VALUE'", "A header of the HTTP request")
}

/** The fields of a request that the flags determine. */
export interface RequestFields
  extends Pick<CompletionRequestInput, "temperature" | "maxOutputTokens" | "reasoning" | "headers">
{
  /** The JSON Schema of `--schema`. */
  readonly outputSchema?: { readonly schema: JsonSchema.JsonSchema }
}

const decodeSchema = Schema.decodeEffect(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json)))

const schemaOf = Effect.fnUntraced(
  function*(
    file: string
  ): Effect.fn.Return<{ readonly schema: JsonSchema.JsonSchema }, FailedError, FileSystem.FileSystem> {
    const text = new TextDecoder().decode(yield* InputFile.bytes(file))
    const schema = yield* Effect.mapError(
      decodeSchema(text),
      () => new FailedError({ line: `InputError: ${file} is not a JSON Schema: an object as JSON` })
    )
    return { schema }
  }
)

/** Returns the fields of the request. A header of another form is a wrong command line. */
export const fields = Effect.fnUntraced(function*(
  { effort, header, maxTokens, schema, temperature }: RequestFlags
): Effect.fn.Return<RequestFields, CommandLineError | FailedError, FileSystem.FileSystem> {
  const headers = yield* Headers.read(header)
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(effort === undefined ? {} : { reasoning: { effort } }),
    ...(schema === undefined ? {} : { outputSchema: yield* schemaOf(schema) }),
    ...(header.length === 0 ? {} : { headers })
  }
})
