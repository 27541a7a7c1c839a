/**
 * Finds the model list that the package's own was compiled from. It is not part of this repository: it is next to the
 * recordings (see `Wire.ts`), or where `SLUICE_MODEL_LIST` points to.
 */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { root } from "../cli/Command.ts"

/** The path of the file. */
export const file: string = resolve(
  root,
  process.env["SLUICE_MODEL_LIST"] ?? join(dirname(process.env["SLUICE_WIRE"] ?? "../shared/wire"), "models.json")
)

/** Whether the file exists. */
export const isPresent: boolean = existsSync(file)

/** The title of the one test that is skipped without it. */
export const missing: string = `the list of models is not in ${file} (set SLUICE_MODEL_LIST)`

export interface ListedModel {
  readonly provider: string
  readonly id: string
  readonly kind: string
  readonly [field: string]: unknown
}

/** The models of the file. */
export const models = (): ReadonlyArray<ListedModel> => JSON.parse(readFileSync(file, "utf8")).models
