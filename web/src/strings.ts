import { en } from "./strings/en";

const LANGUAGES = ["en", "ar"];
const kept = localStorage.getItem("language") ?? navigator.language.slice(0, 2);
/** The language of the interface: the one chosen before, the browser's, or English. Reports and names stay in theirs. */
export const language = LANGUAGES.includes(kept) ? kept : "en";
document.documentElement.lang = language;
document.documentElement.dir = language === "ar" ? "rtl" : "ltr";

// every word the app shows; one file per language in strings/
export const S: typeof en = language === "ar" ? (await import("./strings/ar")).ar : en;

export function switchLanguage(): void {
  localStorage.setItem("language", LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length]);
  location.reload();
}
