/**
 * Keeps the state of a tool loop, and hands each change to the store before the loop goes on.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { LoopToolCall, ToolLoopState } from "../../domain/ToolLoopState.ts"
import type { LoopFailure, Settings } from "./Settings.ts"

/** The state of one loop. */
export class StateKeeper {
  /** The state as it is. */
  state: ToolLoopState
  readonly #store: Settings["store"]
  readonly #budget: Settings["budget"]
  readonly #millis: number
  readonly #usd: number
  readonly #since: number
  // Changes are stored in their order.
  readonly #lock = Semaphore.makeUnsafe(1)

  constructor({ budget, store }: Pick<Settings, "budget" | "store">, state: ToolLoopState, now: number) {
    this.#store = store
    this.#budget = budget
    this.state = state
    this.#millis = state.millis
    this.#usd = state.usd
    this.#since = now
  }

  /** Changes the state, and stores it, unless `isStored` says that the store need not know. */
  change(
    change: (state: ToolLoopState) => ToolLoopState,
    isStored: (state: ToolLoopState) => boolean = () => true
  ): Effect.Effect<void, LoopFailure> {
    const changed = Effect.map(Clock.currentTimeMillis, (now) => {
      this.state = change({ ...this.state, millis: this.#millis + now - this.#since, usd: this.#usd + this.#spent() })
    })
    const store = this.#store
    if (store === undefined) return changed
    return this.#lock.withPermits(1)(
      Effect.flatMap(changed, () => isStored(this.state) ? Effect.asVoid(store(this.state)) : Effect.void)
    )
  }

  /** Changes one tool call. */
  changeCall(
    { position }: LoopToolCall,
    fields: Partial<LoopToolCall>,
    more: (state: ToolLoopState) => Partial<ToolLoopState> = () => ({})
  ): Effect.Effect<void, LoopFailure> {
    return this.change((state) => ({
      ...state,
      calls: state.calls.map((call) => (call.position === position ? { ...call, ...fields } : call)),
      ...more(state)
    }))
  }

  #spent(): number {
    return this.#budget?.account.spent().reduce((sum, { usd }) => sum + usd, 0) ?? 0
  }
}
