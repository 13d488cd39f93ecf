"""The browser's names of orders, and what an operator reads instead, generated from the table of orders."""

from __future__ import annotations

import json

from stage.show.orders.table import ORDERS
from tools.dev.generated import FOLDER, HEADER

TARGET = FOLDER / "orders.ts"


def typescript() -> str:
    """The module: each order's words by its name."""
    rows = "".join(f"  {json.dumps(row.name)}: {json.dumps(row.words)},\n" for row in ORDERS.values())
    return (
        f"{HEADER}\n"
        "/** Every order that can be given, and the word for it in toasts and in the log. */\n"
        f"export const ORDERS = {{\n{rows}}} as const;\n\n"
        "export type OrderName = keyof typeof ORDERS;\n"
    )
