/**
 * Reads the region of a profile from AWS's shared configuration file.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
import * as Effect from "effect/Effect"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import * as LocalFile from "./LocalFile.ts"
import type * as Variables from "./Variables.ts"

/** Matches the first line of a profile. Only the default profile may lack the word `profile`. */
const section = /^\[\s*(?:(default)|profile\s+(?:"([^"]+)"|'([^']+)'|([^\]]+?)))\s*\]/

/** Returns the region of a profile in the text of a configuration file; `undefined` where it has none. */
export const regionIn = (text: string, profile: string): string | undefined => {
  let current: string | undefined
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("[")) {
      const names = section.exec(line)?.slice(1)
      current = names?.find((name) => name !== undefined)
      continue
    }
    // Lines of nested settings are indented.
    const [, region] = /^region\s*=\s*([^\s#;]+)/.exec(line) ?? []
    if (current === profile && region !== undefined) return region
  }
  return undefined
}

/** Returns the region of a profile. Fails where the file or the profile has none. */
export const region = Effect.fnUntraced(function*(
  profile: string,
  variables: Variables.Variables
): Effect.fn.Return<string, ConfigurationError> {
  const path = (yield* variables.text("AWS_CONFIG_FILE")) ?? (yield* LocalFile.homePath(".aws", "config"))
  const text = yield* Effect.orElseSucceed(LocalFile.readText(path), () => "")
  return regionIn(text, profile) ?? (yield* new ConfigurationError({
    reason: `The AWS profile "${profile}" has no region: set AWS_REGION, or region in the profile (${path})`,
    setting: "AWS_REGION"
  }))
})
