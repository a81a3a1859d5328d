"""Keys for payments while listening (Podcasting 2.0: value, valueRecipient)."""

from __future__ import annotations

from podtool.show.fields import Field, Scope, Table, Values, list_of, mapping
from podtool.show.podcasting import Recipient, Value
from podtool.show.scalars import BOOLEAN, LINE, NUMBER
from podtool.show.yaml_nodes import MappingNode

RECIPIENT = Table(
    name="recipient",
    doc="Who gets a share.",
    fields=(
        Field(key="name", kind=LINE, doc="who"),
        Field(key="type", kind=LINE, doc="of the address", default="node", shown_default="`node`"),
        Field(key="address", kind=LINE, doc="where it goes", required=True, default=""),
        Field(
            key="split", kind=NUMBER, doc="their share, in relation to the others'", required=True, default=0
        ),
        Field(key="fee", kind=BOOLEAN, doc="taken off first", default=False, shown_default="`false`"),
        Field(key="custom_key", kind=LINE, doc="what the receiving service asks for"),
        Field(key="custom_value", kind=LINE, doc="its value"),
    ),
)


def _recipient(values: Values, _: MappingNode, __: Scope) -> Recipient:
    return Recipient(**values)


VALUE_TABLE = Table(
    name="value",
    doc="How listeners may send money while they listen.",
    fields=(
        Field(key="type", kind=LINE, doc="the layer", default="lightning", shown_default="`lightning`"),
        Field(key="method", kind=LINE, doc="the transport", default="keysend", shown_default="`keysend`"),
        Field(key="suggested", kind=LINE, doc="per minute, in the layer's money"),
        Field(
            key="recipients",
            kind=list_of(mapping("recipient", RECIPIENT, _recipient), "list of recipients"),
            doc="who gets it",
            required=True,
            default=(),
        ),
    ),
)


def _value(values: Values, _: MappingNode, __: Scope) -> Value:
    return Value(**values)


VALUE = mapping("value", VALUE_TABLE, _value)
