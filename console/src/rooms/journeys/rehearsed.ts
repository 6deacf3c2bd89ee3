// The report of a rehearsal, as /v1/rehearsals answers it.
export interface Rehearsed {
  entered: number;
  people: number;
  inside: number;
  goals: number;
  days: { day: string; entered: number; messages: Record<string, number> }[];
  outcomes: {
    step: string;
    channel: string;
    state: string;
    reason: string;
    messages: number;
  }[];
  collisions: {
    journey: string;
    within_a_day: number;
    ours_kept_back: number;
    theirs_kept_back: number;
  }[];
  weekly: { over: number; people: number; share: number }[];
  currency: string;
  costs: { channel: string; messages: number; cost: string; unpriced: number }[];
  reactions: { channel: string; what: string; low: number; high: number; observed: number }[];
  caveats: string[];
  sample: {
    person: number | string;
    events: { at: string; journey: string; what: string; step: string; detail: string }[];
  }[];
}
