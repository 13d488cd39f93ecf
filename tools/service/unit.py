"""A stage as a systemd service: its unit file. Pure.

`openstage run` keeps its own processes up; systemd starts it with the machine, and again where it ends by a fault or
gives no sign of life. What it prints (PINs, the operator's address) goes nowhere: the journal is not the place for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stage.names import ascii_word

WATCHDOG_S = 30
START_S, STOP_S = 180, 45
FILES = 8192
LONGEST_WORD = 120
BAD_INPUT = 2
_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Service:
    """`name` of the stage, the command that runs it, and where it is run. `user`: whose it is as a service of the whole
    system; None: one of the user who installs it, with their screen and their files."""

    name: str
    command: Sequence[str]
    folder: Path
    user: str | None = None

    @property
    def unit(self) -> str:
        """The file's name. systemd takes ASCII only."""
        return f"openstage-{ascii_word(self.name, LONGEST_WORD)}.service"


def unit_text(service: Service) -> str:
    """The unit file."""
    return "\n".join([*_unit(service), "", *_service(service), "", *_install(service), ""])


def _unit(service: Service) -> list[str]:
    after = "network-online.target" if service.user else "graphical-session.target"
    return [
        "[Unit]",
        f"Description=OpenStage: {_plain(service.name)}",
        f"After={after}",
        *([f"Wants={after}"] if service.user else []),
        "StartLimitIntervalSec=60",
        "StartLimitBurst=5",
    ]


def _service(service: Service) -> list[str]:
    return [
        "[Service]",
        "Type=notify",
        "NotifyAccess=main",
        f"ExecStart={' '.join(quoted(each) for each in service.command)}",
        f"WorkingDirectory={_plain(str(service.folder))}",
        f"WatchdogSec={WATCHDOG_S}",
        f"TimeoutStartSec={START_S}",
        f"TimeoutStopSec={STOP_S}",
        "Restart=on-failure",
        "RestartSec=1",
        "# Bad input does not get better by trying again.",
        f"RestartPreventExitStatus={BAD_INPUT}",
        "# The walls outlive a watchdog that was killed; the next one takes over what runs.",
        "KillMode=process",
        f"LimitNOFILE={FILES}",
        "UMask=0077",
        "NoNewPrivileges=yes",
        "# PINs and the operator's address stay out of the journal: `openstage console pin` shows them.",
        "StandardOutput=null",
        *(_of_the_system(service.user, service.name) if service.user else []),
    ]


def _of_the_system(user: str, name: str) -> list[str]:
    """What only a service of the whole system may have."""
    return [
        f"User={_plain(user)}",
        f"RuntimeDirectory=openstage-{name}",
        "RuntimeDirectoryMode=0700",
        "# The walls are still lit, and adopted, while it restarts.",
        "RuntimeDirectoryPreserve=yes",
        f"Environment=XDG_RUNTIME_DIR=/run/openstage-{name}",
        "Nice=-5",
        "OOMScoreAdjust=-500",
        "ProtectSystem=full",
        "ProtectKernelTunables=yes",
        "ProtectKernelModules=yes",
        "ProtectControlGroups=yes",
        "RestrictSUIDSGID=yes",
        "LockPersonality=yes",
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
    ]


def _install(service: Service) -> list[str]:
    return ["[Install]", f"WantedBy={'multi-user.target' if service.user else 'default.target'}"]


def quoted(argument: str) -> str:
    """An argument as ExecStart takes it: % and $ are systemd's own, spaces and quotes need quotes."""
    escaped = argument.replace("%", "%%").replace("$", "$$")
    if _PLAIN.fullmatch(escaped.replace("$", "")):
        return escaped
    inner = escaped.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'


def _plain(text: str) -> str:
    return text.replace("%", "%%")
