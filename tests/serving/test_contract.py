"""schemathesis tries every operation of the OpenAPI description against the running app."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from contactline.serving.app import create_app


def test_no_question_breaks_the_server(ledger_copy: object) -> None:
    app = create_app(ledger_copy)  # type: ignore[arg-type]
    csrf = app.state.door.local.csrf
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=12,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @_given(operation)
        def one(case: schemathesis.Case) -> None:
            response = case.call(headers={**(case.headers or {}), "x-csrf-token": csrf})
            case.validate_response(response, checks=[not_a_server_error])

        one()
        tried += 1
    assert tried >= 25


def _given(operation: object):  # type: ignore[no-untyped-def]
    from hypothesis import given

    return given(case=operation.as_strategy())  # type: ignore[attr-defined]
