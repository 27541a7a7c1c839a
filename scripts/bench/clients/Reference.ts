/** The reference that every ratio is to: undici's request, a hand-written scanner, one `JSON.parse` an event. */
import { Agent, request } from "@effect/platform-node/Undici"
import { scanner } from "../lib/Scanner.ts"
import { bodies, headers, paths, reader } from "../lib/Wire.ts"
import type { Client, Target } from "./Client.ts"

export const open = async ({ base, protocol }: Target): Promise<Client> => {
  const dispatcher = new Agent()
  const url = base + paths[protocol]
  const body = JSON.stringify(bodies[protocol])
  const read = reader(protocol)
  return {
    run: async (sink) => {
      const response = await request(url, { method: "POST", headers, body, dispatcher })
      await new Promise((resolve, reject) => {
        response.body.on("data", scanner((data) => read(data, sink)))
        response.body.on("end", resolve)
        response.body.on("error", reject)
      })
    },
    close: () => dispatcher.close()
  }
}
