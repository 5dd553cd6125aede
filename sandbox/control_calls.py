"""The bodies of control API calls."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.wire import Json

Value = str | int | float | bool | list[str] | list[Json] | Json | None


class Call(BaseModel):
    """A body in which an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class ByMember(Call):
    """Something that one member does."""

    user: str


class SayCall(ByMember):
    """`POST /sandbox/message`."""

    channel: str
    text: str = ""
    thread_ts: str | None = None
    subtype: str | None = None
    blocks: list[Json] | None = None
    files: list[Json] | None = None


class MessageCall(ByMember):
    """`POST /sandbox/message/edit` and `/delete`."""

    channel: str
    ts: str
    text: str = ""


class CommandCall(ByMember):
    """`POST /sandbox/command`."""

    channel: str
    command: str
    text: str = ""


class ShortcutCall(ByMember):
    """`POST /sandbox/shortcut`: global, or on a message."""

    callback_id: str
    channel: str | None = None
    ts: str | None = None


class PlaceCall(ByMember):
    """Something done on a surface: a message, or a view."""

    channel: str | None = None
    ts: str | None = None
    view_id: str | None = None


class ActionCall(PlaceCall):
    """`POST /sandbox/action`."""

    action_id: str
    block_id: str
    value: Value = None
    state: dict[str, dict[str, Value]] | None = None


class OptionsCall(PlaceCall):
    """`POST /sandbox/options`."""

    action_id: str
    block_id: str
    query: str = ""


class SubmitCall(ByMember):
    """`POST /sandbox/view/submit`."""

    view_id: str
    state: dict[str, dict[str, Value]] | None = None


class CloseCall(ByMember):
    """`POST /sandbox/view/close`."""

    view_id: str
    clear: bool = False


class HomeCall(ByMember):
    """`POST /sandbox/home/open`."""

    tab: Literal["home", "messages"] = "home"


class ClockCall(Call):
    """`POST /sandbox/clock`."""

    advance: float


class RedeliverCall(Call):
    """`POST /sandbox/redeliver`."""

    times: int = Field(default=1, ge=1, le=100)
    kind: Literal["event"] = "event"


class FaultsCall(Call):
    """`POST /sandbox/faults`."""

    clear: bool = False
    method: str = "*"
    kind: str | None = None
    times: int | None = Field(default=1, ge=1)
    retry_after: int = Field(default=1, ge=0)
    seconds: float = Field(default=30.0, ge=0)


class RateLimitsCall(Call):
    """`POST /sandbox/rate_limits`."""

    on: bool


class ConnectionsCall(Call):
    """`POST /sandbox/connections`."""

    do: Literal["drop", "refresh"]


class CreateChannelCall(ByMember):
    """`POST /sandbox/channel/create`."""

    name: str
    is_private: bool = False


class RenameChannelCall(ByMember):
    """`POST /sandbox/channel/rename`."""

    channel: str
    name: str


class ArchiveCall(ByMember):
    """`POST /sandbox/channel/archive`."""

    channel: str
    archived: bool = True


class ChannelMembersCall(ByMember):
    """`POST /sandbox/channel/members`."""

    channel: str
    add: list[str] = Field(default_factory=list)
    remove: list[str] = Field(default_factory=list)


class MemberCall(ByMember):
    """`POST /sandbox/member`: what is not named stays."""

    is_admin: bool | None = None
    is_owner: bool | None = None
    is_restricted: bool | None = None
    deleted: bool | None = None


class AppCall(Call):
    """`POST /sandbox/app`."""

    installed: bool


class FileCall(ByMember):
    """`POST /sandbox/file`: `content` is base64."""

    name: str = Field(min_length=1, max_length=255)
    content: str
    mimetype: str = "text/plain"


class EmptyCall(Call):
    """A call without a body."""
