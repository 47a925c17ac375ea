import { S } from "./strings";

export class ApiError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

let csrf = "";
export function setCsrf(value: string): void {
  csrf = value;
}

async function call<T>(method: string, path: string, params: Record<string, string | number | undefined> = {}, body?: unknown): Promise<T> {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(params)) if (v !== undefined && v !== "") q.set(k, String(v));
  const r = await fetch(`api/v1/${path}${q.size ? `?${q}` : ""}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...(method === "GET" ? {} : { "x-csrf-token": csrf }) },
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "same-origin",
  });
  const data = await r.json().catch(() => ({}));
  if (!r.ok) throw new ApiError(r.status, (data as { detail?: string }).detail ?? `${S.failed} (${r.status})`);
  return data as T;
}

export const get = <T>(path: string, params: Record<string, string | number | undefined> = {}) => call<T>("GET", path, params);
export const post = <T>(path: string, body: unknown) => call<T>("POST", path, {}, body);
export const del = <T>(path: string) => call<T>("DELETE", path);

export interface Role { name: string; text: string; id: string | null; lat: number | null; lon: number | null }
export interface Claim {
  id: string; kind: string; aspect: string | null; modality: string; actor: Role | null; other: Role | null; place: Role | null; said_by: string | null; condition: string | null; extent: string | null;
  from: string | null; to: string | null; quote: string; language: string | null; start: number; end: number; confidence: number; report: string; source: string; published: string | null; on: string; review: string | null;
  weight?: number | null; says?: string; day?: string | null; later?: boolean; sides?: string[];
}
export interface Meta {
  version: number; first: string; last: string; counts: Record<string, number>; events: [string, number][]; bounds: [number, number, number, number];
  relations: Record<string, { colour: string; dash: string }>; user: { name: string; role: string; csrf: string; single: boolean };
  kinds: Record<string, string[]>; modalities: string[];
}
type Shape = number[][][][];
export interface Ground { version: number; places: [string, string, number, number, number, string, boolean][]; cells: Shape[]; areas: { id: string; name: string; shape: Shape }[] }
/** `with`: the others where several hold together. */
export interface Side { id: string; name: string; colour: string; pattern: string; with: { id: string; colour: string }[] }
/** What lies under the map; `names`: name, longitude, latitude, whether a country, size in degrees. */
export interface Base { frame: [number, number, number, number]; land: Shape[]; borders: number[][][]; areas: number[][][]; rivers: number[][][]; lakes: Shape; names: [string, number, number, boolean, number][] }
/** `basis`, a letter a place: c told, 1 told by one outlet, p told of a part, n inferred from around, - nothing. */
export interface MapDay { on: string; version: number; sides: Side[]; holder: number[]; sure: number[]; status: string; basis: string; rivals: Record<string, number[]>; areas: { id: string; holder: number; sure: number; status: string }[] }
export interface Siege { place: string; place_id: string; lat: number; lon: number; by: string[]; since: string | null; claims: string[] }
export interface Road { place: string; place_id: string; lat: number | null; lon: number | null; state: string; by: string[]; against: string[]; since: string; last: string; claims: string[] }
export interface InForce { name: string; parties: string[]; place: string | null; status: string; since: string; status_since: string | null; last: string; claims: string[]; lat: number | null; lon: number | null }
/** What stands on a day beside who holds what. */
export interface Marks { on: string; sieges: Siege[]; roads: Road[]; agreements: InForce[] }
interface Named { name: string; colour: string }
/** What changed at a place of the ground between two days, from whom to whom. */
export interface Move { place: number; mark: string; text: string; from: Named[]; to: Named[] }
export interface Line { id: number; a: string; b: string; relation: string; length_km: number; uncertainty_km: number; between: [string, string][]; last_clash: string | null; agreements: string[]; claims: string[]; path: [number, number][][] }
export interface Holding {
  name: string; id: string; geoname_id: number | null; lat: number; lon: number; country: string; feature: string; population: number; holder: string | null; side: string | null; colour: string | null; status: string;
  probability: number; since: string | null; basis: string; named: string[]; shares: { side: string; name: string; share: number; colour: string }[];
}
export interface PlaceDetail { place: Holding; siege: Siege | null; history: { from: string; to: string; name: string | null; colour: string | null; status: string; probability: number }[]; for: Claim[]; against: Claim[]; other: Claim[]; note: string; parameters: Record<string, unknown> }
