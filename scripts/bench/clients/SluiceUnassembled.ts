/** Sluice, which keeps nothing of what it has delivered. */
import type { Client, Target } from "./Client.ts"
import { live, openWith } from "./Sluice.ts"

export const open = (target: Target): Promise<Client> => openWith(target, live(target), false)
