"""The language model's edge: the openai client, retries, a budget, a cache by content. The key is
never written anywhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

from contactline.model import ContactlineError
from contactline.model.extras import extra
from contactline.naming.gazetteer import cache_folder

TRIES, WAIT = 4, 1.5


class Asker:
    """`asker(messages, schema)` gives the model's answer. Raises ContactlineError when the server
    can't be used at all, or the budget is spent.
    """

    def __init__(
        self,
        model: str,
        base_url: str,
        budget: int = 2000,
        folder: Path | None = None,
        timeout: float = 120.0,
        wait: float = WAIT,
    ) -> None:
        with extra("llm", "reading with a language model"):
            from openai import OpenAI

        self.model, self.budget, self.wait = model, budget, wait
        self.folder = folder or cache_folder() / "llm"
        self.base_url = base_url
        # retries are ours, so that they can be counted and bounded
        self.client = OpenAI(
            api_key=os.environ.get("OPENAI_API_KEY") or "none",
            base_url=base_url or None,
            timeout=timeout,
            max_retries=0,
        )
        self.asked = self.cached = self.retried = 0

    def __call__(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> str:
        key = hashlib.sha256(
            json.dumps([self.model, self.base_url, messages, schema], sort_keys=True).encode()
        ).hexdigest()
        kept = self.folder / f"{key}.json"
        if kept.exists():
            self.cached += 1
            return kept.read_text(encoding="utf-8")
        answer = self._ask(messages, schema)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part = kept.with_suffix(f".part{os.getpid()}")
            part.write_text(answer, encoding="utf-8")
            part.replace(kept)
        except OSError:
            pass  # a full disk costs the cache, not the reading
        return answer

    def _ask(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> str:
        import openai

        last = ""
        for n in range(TRIES):
            if self.asked >= self.budget:
                raise ContactlineError(
                    f"the budget of {self.budget} requests is spent; raise it with --budget, what "
                    "was read is kept"
                )
            self.asked += 1
            try:
                done = self.client.chat.completions.create(
                    model=self.model,
                    messages=messages,
                    temperature=0,
                    response_format={
                        "type": "json_schema",
                        "json_schema": {"name": "claims", "schema": schema, "strict": True},
                    },
                )  # type: ignore[call-overload]
                text: str = (done.choices[0].message.content if done.choices else "") or ""
                json.loads(text)
                return text
            except (
                openai.AuthenticationError,
                openai.PermissionDeniedError,
                openai.NotFoundError,
            ) as e:
                raise ContactlineError(
                    f"the language model at {self.base_url or 'the default address'} refuses: "
                    f"{type(e).__name__}; check OPENAI_API_KEY, --model and --base-url"
                ) from None
            except openai.BadRequestError as e:
                raise ContactlineError(
                    f"the language model did not take the question: {str(e.body)[:160]}"
                ) from None
            except (openai.APIError, ValueError, IndexError) as e:
                last = type(e).__name__
                self.retried += 1
                time.sleep(min(20.0, self.wait * 2**n))
        if last == "APIConnectionError":
            raise ContactlineError(f"no language model answers at {self.base_url}")
        raise ValueError(f"no usable answer after {TRIES} tries ({last})")
