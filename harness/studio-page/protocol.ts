import type { Hop, Trail } from '../core/hop.ts'
import type { Lang, Text } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import type { Counters } from '../map/edge-details.ts'
import type { Mark } from '../map/marks.ts'
import type { MapModel } from '../map/model.ts'
import type { Packet } from '../packets/packet.ts'

/*
 * What the studio and its page say to each other over one WebSocket: JSON in text messages; in binary ones what shells print,
 * a shell's number and its generation in front (four bytes each, big-endian).
 */

/** Bytes in front of what a shell prints. */
export const OUTPUT_HEAD_BYTES = 8

/** Who looks on: the student works; a guest sees the same, and types where the student lets them. */
export type Role = 'student' | 'guest'

/** A piece of a lesson's text: HTML without scripts, or commands. */
export type Piece = { html: string } | CommandPiece

/** Commands of a lesson's text. */
export interface CommandPiece {
  run: string
  /** Nodes they are typed on; none: the learner's own computer, or nowhere. */
  on: string[]
  /** How they end, as `typed.ts` knows it; `shown`: what a command does by itself, not to be typed. */
  ends: 'itself' | 'ongoing' | 'stopped' | 'fails' | 'shown'
}

/** A part of a lesson's text; `stage`: the one it teaches. */
export interface Chapter {
  title: string
  stage?: string
  pieces: Piece[]
}

export interface ClaimHead {
  id: string
  title: Text
  points: number
  isGiven: boolean
}

export interface StageHead {
  id: string
  title: Text
  isExtra: boolean
  claims: ClaimHead[]
}

/** One labelled line of what a claim came to, in each language. */
export interface Line {
  key: string
  label: Text
  value: Text
  isCommand: boolean
}

/** What a claim came to, as the page shows it. */
export interface ClaimState {
  verdict: Verdict
  aside?: Judgement['aside']
  /** waits: for what, or why it is aside. */
  why?: Text
  lines: Line[]
  hops?: Hop[]
  /** Hints that were opened, and how many there are. */
  hints: Text[]
  hintsMax: number
}

/** What just changed: in a sentence, the flips, and what caused them. */
export interface Flipped {
  atMs: number
  words: Text
  causes: Text[]
  claims: { id: string; to: Verdict }[]
}

export interface ShellState {
  id: number
  node: string
  netns?: string
  /** Node, namespace, and a number where there are several of them. */
  title: string
  state: 'opening' | 'open' | 'ended'
  /** Why it ended. */
  reason?: Text
  /** Opened again, and nothing was typed into it yet. */
  isAnew?: boolean
  cols: number
  rows: number
  /** The guest who may type here now. */
  typing?: string
}

export interface Whole {
  verdict: Verdict
  holds: number
  claims: number
  points: number
  maxPoints: number
}

export interface Model {
  lesson: { id: string; title: Text }
  lab: string
  lang: Lang
  role: Role
  stages: StageHead[]
  chapters: Record<Lang, Chapter[]>
  nodes: string[]
}

export type ToPage =
  | { say: 'model'; model: Model }
  | { say: 'claims'; claims: Record<string, ClaimState>; whole: Whole | undefined }
  | { say: 'flipped'; flipped: Flipped }
  | { say: 'judging'; claims: string[] }
  | { say: 'map'; map: MapModel; marks: Mark[] }
  /** What links and interfaces have counted by now, by the keys of the map's details. */
  | { say: 'counters'; counters: Counters; sorry?: Text }
  /** What the captures of the last probe heard, the first of it; `more` are in the file alone, `notKept` nowhere. */
  | { say: 'packets'; packets: Packet[]; more: number; notKept: number }
  /** A packet is on its way since `atMs`, or what became of it; `isOld`: something changed in the lab since. */
  | { say: 'trail'; from: string; to: string; atMs: number; trail?: Trail; sorry?: Text; isOld?: boolean }
  | { say: 'changed'; changes: { node: string; words: Text; atMs: number }[] }
  | { say: 'nodes'; nodes: { node: string; isOpen: boolean; reason?: Text; netns: string[] }[] }
  | { say: 'shells'; shells: ShellState[] }
  /** A shell's screen as it is, before what it prints from now on under this generation. */
  | { say: 'screen'; shell: number; generation: number; cols: number; rows: number; data: string }
  /** The commands that this page wanted stand behind the prompt of a shell, and Enter runs them. */
  | { say: 'typed'; shell: number }
  /** What a page asks for that has slept: whether it is still connected. */
  | { say: 'here' }
  /** The shell that this page has asked for. */
  | { say: 'opened'; shell: number }
  | { say: 'guest-asks'; ask: number; name: string; shell: number }
  | { say: 'asks-gone'; ask: number }
  | { say: 'answered'; shell: number; yes: boolean }
  | { say: 'guests'; names: string[] }
  | { say: 'checkpoints'; list: { name: string; savedAt: string }[]; isBusy: boolean }
  | { say: 'sorry'; words: Text }
  /** What was done, in the language it was asked in, or that it was not. */
  | { say: 'done'; words: string; isDone: boolean }

export type FromPage =
  | { do: 'open-shell'; node: string; netns?: string; command?: string; runs?: boolean }
  | { do: 'reopen-shell'; shell: number }
  | { do: 'close-shell'; shell: number }
  /** Shows a shell on this page from now on. */
  | { do: 'show-shell'; shell: number }
  | { do: 'hide-shell'; shell: number }
  | { do: 'type'; shell: number; data: string }
  /** Puts commands behind the prompt; they run only if asked. */
  | { do: 'type-command'; shell: number; command: string; runs: boolean }
  | { do: 'size'; shell: number; cols: number; rows: number }
  /** So many bytes of this generation were drawn. */
  | { do: 'drawn'; shell: number; generation: number; bytes: number }
  | { do: 'hint'; claim: string }
  | { do: 'again' }
  | { do: 'are-you-here' }
  | { do: 'packets' }
  | { do: 'counters' }
  | { do: 'save-checkpoint'; lang: Lang }
  | { do: 'restore-checkpoint'; name: string; lang: Lang }
  /** Solves the lesson up to and with a stage, after what is there now was saved. */
  | { do: 'solve-stage'; stage: string; lang: Lang }
  /** Sends a packet and follows it: from a namespace (`NAME@NODE`) to another one, or to an address. */
  | { do: 'probe'; from: string; to: string }
  | { do: 'ask-to-type'; shell: number; name: string }
  | { do: 'answer'; ask: number; yes: boolean }
  | { do: 'stop-guest'; shell: number }
