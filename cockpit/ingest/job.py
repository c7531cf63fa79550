"""Loads and builds begun on a page: one at a time, each a process of its own that outlives the page."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal

import jwt

from cockpit.error import CockpitError
from cockpit.ingest import inbox, store
from cockpit.ingest.batch import load, new_id
from cockpit.ingest.history import LOCAL, history
from cockpit.ingest.session import Report
from cockpit.ledger import Ledger, audit, open_ledger, rating_note
from cockpit.secret import secret_key
from cockpit.settings import ROOT, Settings
from cockpit.warehouse import snapshot
from cockpit.warehouse.build import build
from cockpit.warehouse.failure import reason

Kind = Literal["try", "load", "build"]
KIND_LABELS: dict[Kind, str] = {"try": "试运行", "load": "导入", "build": "构建快照"}
ACTIONS: dict[Kind, audit.Action] = {"try": "ingest_try", "load": "ingest", "build": "build"}
JOBS_KEPT = 20
LINES_SHOWN = 8
ALGORITHM = "HS256"
# How long an order waits for its process.
ORDER_SECONDS = 60
# Who looks whether a job runs holds the lock for a moment.
LOCK_WAIT_SECONDS = 1.0
KILL_WAIT_SECONDS = 5.0
NICENESS = 10


@dataclass(frozen=True)
class Order:
    """What is to be done and for whom; `files` are paths, `session` and `address` those of the person."""

    kind: Kind
    who: str
    session: str | None = None
    address: str | None = None
    files: tuple[str, ...] = ()
    table: str | None = None
    profile: str | None = None

    @property
    def names(self) -> list[str]:
        """The names of the files, as they are shown and recorded."""
        return [inbox.shown(Path(file).name) for file in self.files]


@dataclass(frozen=True)
class Job:
    """One job as far as it has come; `since` is UTC, `result` what it told at its end, `error` why it failed.

    A job that a command line began tells no progress: it has no `id`.
    """

    id: str
    kind: Kind
    who: str
    since: datetime
    names: list[str] = field(default_factory=list)
    is_running: bool = False
    done: int = 0
    total: int = 0
    lines: tuple[str, ...] = ()
    result: dict[str, Any] | None = None
    error: str | None = None
    cancelled_by: str | None = None
    is_cleared: bool = False

    @property
    def is_interrupted(self) -> bool:
        """Tell whether it ended without a word: killed, or the machine stopped."""
        return not (self.is_running or self.result or self.error or self.cancelled_by)


def start(settings: Settings, order: Order, uploads: Sequence[tuple[str, BinaryIO]] = ()) -> str:
    """Begin a job in a process of its own and return its id; `uploads` are kept until it ends.

    Raises CockpitError while another one runs, naming whose; when the order cannot be recorded, or the
    uploads cannot be kept.
    """
    job_id = new_id(datetime.now(UTC))
    folder = settings.jobs_path / job_id
    with _locked(settings) as lock:
        _clear(settings)
        try:
            folder.mkdir(mode=0o700)
            kept = [_keep(folder, number, name, file) for number, (name, file) in enumerate(uploads)]
            order = Order(**asdict(order) | {"files": (*order.files, *map(str, kept))})
            about = {
                "id": job_id,
                "kind": order.kind,
                "who": order.who,
                "since": datetime.now(UTC).isoformat(),
                "names": order.names,
            }
            _write(folder / "order.json", json.dumps(about))
            audit.record(
                open_ledger(settings),
                order.who,
                ACTIONS[order.kind],
                job_id,
                detail={"state": "started", "files": order.names, "table": order.table}
                | {"profile": order.profile and Path(order.profile).stem},
                session=order.session,
                address=order.address,
            )
            pid = _spawn(settings, order, folder, lock)
            try:
                _tell_lock(lock, about | {"pid": pid})
            except OSError:
                # What nobody can follow or stop must not go on unseen.
                os.kill(pid, signal.SIGKILL)
                raise
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise CockpitError(f"任务没有开始：{reason(error)}。") from error
            raise
    return job_id


@contextlib.contextmanager
def alone(settings: Settings, kind: Kind, who: str) -> Iterator[None]:
    """Do a load or a build in this process, the only one; CockpitError while another one runs."""
    with _locked(settings) as lock:
        about: dict[str, object] = {
            "id": "",
            "kind": kind,
            "who": who,
            "since": datetime.now(UTC).isoformat(),
            "names": [],
        }
        _tell_lock(lock, about)
        yield


def running(settings: Settings) -> Job | None:
    """Return the job that runs now, None when none does."""
    try:
        with (settings.jobs_path / ".lock").open(encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                about = json.loads(lock.read() or "{}")
            else:
                return None
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CockpitError("任务状态读不出来，请检查主目录的权限。") from error
    if not about:
        # Taken, and not yet told by whom.
        return Job("", "load", "", datetime.now(UTC), is_running=True)
    return _job(settings, about, is_running=True)


def latest(settings: Settings) -> Job | None:
    """Return the job that runs, or the last that did; None before the first."""
    if (job := running(settings)) is not None:
        return job
    for folder in _folders(settings):
        try:
            about = json.loads((folder / "order.json").read_text("utf-8"))
        except (OSError, ValueError):
            continue
        job = _job(settings, about, is_running=False)
        if job.is_interrupted and not job.is_cleared:
            with contextlib.suppress(CockpitError), _locked(settings):
                _clear(settings)
        return job
    return None


def cancel(settings: Settings, job_id: str, *, who: str, session: str | None, address: str | None) -> None:
    """Kill a job; what it was doing is undone. CockpitError when it is not the one that runs."""
    job = running(settings)
    if job is None or job.id != job_id or not job_id:
        raise CockpitError("这项任务已经结束，无需中止。")
    audit.record(
        open_ledger(settings),
        who,
        "job_cancel",
        job_id,
        detail={"kind": job.kind, "files": job.names, "begun_by": job.who},
        session=session,
        address=address,
    )
    about = json.loads((settings.jobs_path / ".lock").read_text("utf-8") or "{}")
    if about.get("id") == job_id:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(about["pid"]), signal.SIGKILL)
    try:
        with _locked(settings, KILL_WAIT_SECONDS):
            _clear(settings)
            if _job(settings, about, is_running=False).is_interrupted:
                _append(settings.jobs_path / job_id, {"cancelled_by": who})
    except CockpitError as error:
        raise CockpitError("任务还没有停下，请稍后再看。") from error


def is_kept(settings: Settings, job: Job) -> bool | None:
    """Tell whether a load that ended without a word was kept whole or not at all; None while unknown."""
    try:
        found = history(settings)
    except CockpitError:
        return None
    return None if found.is_behind else bool((found.loads["load_id"] == job.id).any())


def _keep(folder: Path, number: int, name: str, file: BinaryIO) -> Path:
    """Write an upload into the folder of its job; a name that is more than a name is refused."""
    if not inbox.is_usable(name):
        raise CockpitError(f"文件名不能用：“{inbox.shown(name)}”，请改名后再上传。")
    path = folder / "files" / str(number) / name
    path.parent.mkdir(mode=0o700, parents=True)
    (folder / "files").chmod(0o700)
    file.seek(0)
    with _private(path) as kept:
        shutil.copyfileobj(file, kept, 1 << 20)
    return path


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _write(path: Path, text: str) -> None:
    with _private(path) as file:
        file.write(text.encode())


def _append(folder: Path, event: dict[str, object]) -> None:
    with contextlib.suppress(OSError), (folder / "progress").open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps(event, ensure_ascii=False)}\n")


def _spawn(settings: Settings, order: Order, folder: Path, lock: IO[str]) -> int:
    """Begin the process: it holds the lock from its first moment, so that the kernel frees it with its end."""
    token = jwt.encode(
        asdict(order) | {"id": folder.name, "exp": datetime.now(UTC) + timedelta(seconds=ORDER_SECONDS)},
        secret_key(settings.secrets_path, "job"),
        ALGORITHM,
    )
    with _private(folder / "progress") as out, _private(folder / "errors") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", "from cockpit.cli import main; raise SystemExit(main())", "job"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=errors,
            pass_fds=(lock.fileno(),),
            start_new_session=True,
        )
    # Through a pipe: what stands on a command line or in the environment can be read by others.
    given = json.dumps({"settings": settings.model_dump(mode="json"), "order": token})
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(given.encode())
    threading.Thread(target=process.wait, daemon=True).start()
    return process.pid


def run(given: str) -> int:
    """Do what an order says, as the process that `start` began; tell lines of JSON, and return the exit code.

    Raises CockpitError when the order is not one that this installation has written just now.
    """
    try:
        content = json.loads(given)
        settings = Settings(**content["settings"])
        claims = jwt.decode(
            content["order"], secret_key(settings.secrets_path, "job"), algorithms=[ALGORITHM]
        )
    except (ValueError, TypeError, KeyError, jwt.InvalidTokenError) as error:
        raise CockpitError("这个命令由网页调用，收到的任务单无效。") from error
    job_id = claims.pop("id")
    del claims["exp"]
    order = Order(**claims | {"files": tuple(claims["files"])})
    os.nice(NICENESS)
    folder = settings.jobs_path / job_id
    try:
        ledger = open_ledger(settings)
        result = (
            _build(settings, ledger, order)
            if order.kind == "build"
            else _load(settings, ledger, order, job_id)
        )
    except CockpitError as error:
        sentence = _without_folders(str(error), settings, order)
        _tell(error=sentence)
        with contextlib.suppress(CockpitError):
            audit.record(
                open_ledger(settings),
                order.who,
                ACTIONS[order.kind],
                job_id,
                detail={"state": "failed", "files": order.names, "error": sentence},
                session=order.session,
                address=order.address,
            )
        return 2
    except BaseException:
        _tell(error="任务出错而停止，原有数据未变；详情在主目录的 jobs 文件夹中。")
        raise
    finally:
        shutil.rmtree(folder / "files", ignore_errors=True)
    _tell(result=result)
    return 0


def _tell(**event: object) -> None:
    # A full disk must not undo a load that has been kept.
    with contextlib.suppress(OSError):
        print(json.dumps(event, ensure_ascii=False), flush=True)


def _without_folders(sentence: str, settings: Settings, order: Order) -> str:
    """Return a sentence without the folders of this machine."""
    for folder in (*(Path(file).parent for file in order.files), settings.home):
        sentence = sentence.replace(f"{folder}/", "")
    return sentence


def _load(settings: Settings, ledger: Ledger, order: Order, job_id: str) -> dict[str, object]:
    started = time.monotonic()
    reports = load(
        [Path(file) for file in order.files],
        table=order.table,
        profile=order.profile,
        settings=settings,
        progress=lambda line: _tell(line=line),
        step=lambda done, total: _tell(done=done, total=total),
        is_trial=order.kind == "try",
        load_id=job_id,
        loaded_by=order.who,
    )
    record(ledger, reports, order, job_id)
    return {"seconds": round(time.monotonic() - started, 1), "reports": [_told(one) for one in reports]}


def record(ledger: Ledger, reports: Sequence[Report], order: Order, load_id: str = "") -> None:
    """Put what became of each file and table into the audit."""
    for report in reports:
        audit.record(
            ledger,
            order.who,
            ACTIONS[order.kind],
            inbox.shown(report.file.name),
            detail={
                "load": load_id,
                "table": report.table,
                "accepted": report.count_accepted,
                "rejected": report.count_rejected,
                "unchanged": report.count_unchanged,
            },
            count_row=report.count_read,
            session=order.session,
            address=order.address,
        )


def _told(report: Report) -> dict[str, object]:
    return asdict(report) | {
        "file": inbox.shown(report.file.name),
        "rejects_path": report.rejects_path and report.rejects_path.name,
    }


def _build(settings: Settings, ledger: Ledger, order: Order) -> dict[str, object]:
    started = time.monotonic()
    lines: list[str] = []

    def progress(line: str) -> None:
        lines.append(line)
        _tell(line=line)

    path = build(
        settings,
        progress,
        step=lambda done, total: _tell(done=done, total=total),
        notes=rating_note.decided(ledger),
    )
    audit.record(ledger, order.who, "build", path.stem, session=order.session, address=order.address)
    return {"seconds": round(time.monotonic() - started, 1), "build_id": path.stem, "lines": lines}


@contextlib.contextmanager
def _locked(settings: Settings, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[IO[str]]:
    """Hold the right to load and build, and what else is done while nothing runs."""
    try:
        settings.jobs_path.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(settings.jobs_path / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CockpitError(f"任务没有开始：{reason(error)}。") from error
    with os.fdopen(descriptor, "r+", encoding="utf-8") as lock:
        until = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise CockpitError(_busy(settings)) from error
                time.sleep(0.05)
        _tell_lock(lock, {})
        yield lock


def _busy(settings: Settings) -> str:
    job = running(settings)
    if job is None or not job.who:
        return "另一项导入或构建正在进行，请等它结束后再试。"
    since = job.since.astimezone(LOCAL)
    return f"{job.who} 的{KIND_LABELS[job.kind]}正在进行（自 {since:%H:%M:%S}），请等它结束后再试。"


def _tell_lock(lock: IO[str], about: dict[str, object]) -> None:
    # Past the buffers of the file object, which would fail on a full disk once more when it is closed.
    os.ftruncate(lock.fileno(), 0)
    if about:
        os.pwrite(lock.fileno(), json.dumps(about).encode(), 0)


def _folders(settings: Settings) -> list[Path]:
    """Return the folders of jobs, newest first."""
    return sorted((path for path in settings.jobs_path.glob("*-*") if path.is_dir()), reverse=True)


def _clear(settings: Settings) -> None:
    """Remove what jobs left that ended without a word, and the jobs of long ago; the lock is held."""
    for folder in _folders(settings)[JOBS_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
    for folder in _folders(settings):
        try:
            about = json.loads((folder / "order.json").read_text("utf-8"))
        except (OSError, ValueError):
            shutil.rmtree(folder, ignore_errors=True)
            continue
        job = _job(settings, about, is_running=False)
        if not job.is_interrupted or job.is_cleared:
            continue
        # Uploads and what a load puts aside hold personal data.
        shutil.rmtree(folder / "files", ignore_errors=True)
        if job.kind != "build":
            shutil.rmtree(store.scratch_path(settings), ignore_errors=True)
            if is_kept(settings, job) is False:
                for path in settings.rejects_path.glob(f"{job.id}_*.csv"):
                    path.unlink(missing_ok=True)
        else:
            with contextlib.suppress(CockpitError), snapshot.only_builder(settings):
                snapshot.clear_leftovers(settings)
        _append(folder, {"cleared": True})


def _job(settings: Settings, about: dict[str, Any], *, is_running: bool) -> Job:
    """Return a job with what it has told so far; a line half written is left out."""
    told: dict[str, Any] = {}
    lines: list[str] = []
    with contextlib.suppress(OSError):
        if about["id"]:
            for text in (settings.jobs_path / about["id"] / "progress").read_text("utf-8").splitlines():
                with contextlib.suppress(ValueError):
                    event = json.loads(text)
                    told |= event
                    lines += [event["line"]] if "line" in event else []
    return Job(
        about["id"],
        about["kind"],
        about["who"],
        datetime.fromisoformat(about["since"]),
        list(about["names"]),
        is_running,
        told.get("done", 0),
        told.get("total", 0),
        tuple(lines[-LINES_SHOWN:]),
        told.get("result"),
        told.get("error"),
        told.get("cancelled_by"),
        "cleared" in told,
    )
