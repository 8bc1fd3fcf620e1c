"""Whether the installation and a store are sound, each finding with its remedy."""

from ctypes import CDLL
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from screen.errors import ScreenError
from screen.settings import Settings
from screen.store import Store, audit, open_store
from screen.store.soundness import RESTORE, faults_of
from screen.tasks import cores

_PDF_LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libfontconfig.so.1",
)
_GPU_DRIVERS = (Path("/proc/driver/nvidia"), Path("/dev/nvidiactl"), Path("/dev/kfd"), Path("/dev/dxg"))


@dataclass(frozen=True)
class Finding:
    """One check of the doctor."""

    check: str
    state: str
    """``ok``, ``warn`` or ``fail``."""
    finding: str
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Check the installation, then the store."""
    return [_pdf(), _device(), *_store(settings)]


def _pdf() -> Finding:
    try:
        printer = version("weasyprint")
        if not all(map(_loads, _PDF_LIBRARIES)):
            # On another system they have other names: WeasyPrint itself, slower to start, knows them all.
            import weasyprint  # noqa: F401
    except (ImportError, OSError) as fault:
        return Finding(
            "PDF",
            "fail",
            f"WeasyPrint cannot start: {fault}",
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-extra",
        )
    return Finding("PDF", "ok", f"WeasyPrint {printer}")


def _loads(library: str) -> bool:
    try:
        CDLL(library)
    except OSError:
        return False
    return True


def _device() -> Finding:
    # torch takes seconds to start: it is asked only where there is a driver that it could use.
    if any(driver.exists() for driver in _GPU_DRIVERS):
        import torch

        if torch.cuda.is_available():
            from screen.models.device import can_build

            name = torch.cuda.get_device_name(0)
            return (
                Finding("device", "ok", name)
                if can_build()
                else Finding(
                    "device",
                    "warn",
                    f"{name}; without a C compiler networks are scored on the CPU",
                    "install gcc and python3-dev",
                )
            )
    return Finding("device", "ok", f"CPU, {cores(0)} cores")


def _store(settings: Settings) -> list[Finding]:
    try:
        with open_store(settings.store) as store:
            return [_schema(settings, store), *_sound(store), *_contents(store)]
    except ScreenError as fault:
        return [Finding("store", "fail", fault.what, fault.remedy or "")]


def _schema(settings: Settings, store: Store) -> Finding:
    if store.newer is None:
        return Finding("store", "ok", f"{settings.store}, schema up to date")
    return Finding(
        "store", "warn", f"{settings.store}, of a newer version: only to be read", "install the newer crescreen"
    )


def _sound(store: Store) -> list[Finding]:
    faults = faults_of(store)
    number, tip = (0, "") if any(fault.check == "audit trail" for fault in faults) else audit.tip(store)
    sound = {
        "rows": "every row of every table was read",
        "audit trail": f"unbroken: {number} entries, the last {tip[:16]}",
        "models": "each as it was stored",
        "references": "none broken",
    }
    failed = [Finding(fault.check, "fail", fault.finding, fault.remedy) for fault in faults]
    named = {fault.check for fault in faults}
    return [*(Finding(check, "ok", text) for check, text in sound.items() if check not in named), *failed]


def _contents(store: Store) -> list[Finding]:
    try:
        return [Finding(*_warned(row)) for row in store.query("doctor").iter_rows(named=True)]
    except Exception as fault:  # what the rows above already say cannot be read
        return [Finding("contents", "fail", f"cannot be counted: {type(fault).__name__}", RESTORE)]


def _warned(row: dict[str, object]) -> tuple[str, str, str, str]:
    state = "warn" if row["bad"] else "ok"
    return str(row["check_name"]), state, f"{row['found']}", str(row["remedy"]) if row["bad"] else ""
