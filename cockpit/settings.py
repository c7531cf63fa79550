"""Every setting: name, default, one sentence. Read from COCKPIT_… variables, then from cockpit.toml."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

ROOT = Path(__file__).resolve().parent.parent
ScreenPanel = Literal[
    "volume",
    "regions",
    "industries",
    "topics",
    "satisfaction",
    "alerts",
    "red",
    "cohorts",
    "stuck",
    "money",
    "grades",
]


class StepDays(BaseModel):
    """Working days for each step of an alert of one level."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    assign: PositiveInt
    accept: PositiveInt
    verify: PositiveInt
    dispose: PositiveInt
    apply: PositiveInt
    assess: PositiveInt


class AlertLimitDays(BaseModel):
    """Working days for each step of an alert, by its level."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    red: StepDays = StepDays(assign=1, accept=1, verify=5, dispose=5, apply=10, assess=10)
    yellow: StepDays = StepDays(assign=2, accept=2, verify=10, dispose=10, apply=20, assess=20)
    blue: StepDays = StepDays(assign=3, accept=3, verify=15, dispose=15, apply=30, assess=30)


class Screen(BaseModel):
    """The big screen: what it shows, over how many months, and when it moves.

    `regions` are those the middle turns to, in this order; none: all parts, by rule. `level` is that of the places on
    the map, `part` the next below; `colour` what they are coloured by at first. `title` empty is the installation's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    panels: tuple[ScreenPanel, ...] = get_args(ScreenPanel)
    months: int = Field(12, ge=1, le=36)
    level: Literal["part", "city", "county", "town"] = "part"
    colour: Literal["pressure", "rating"] = "pressure"
    regions: tuple[Annotated[str, Field(pattern=r"^[0-9]{12}$")], ...] = ()
    new_days: int = Field(7, ge=1, le=90)
    rotate_seconds: float = Field(20, ge=5)
    resume_seconds: float = Field(60, ge=5)
    refresh_seconds: float = Field(10, gt=0)
    reload_hour: int = Field(4, ge=0, le=23)

    @field_validator("panels")
    @classmethod
    def _once(cls, panels: tuple[ScreenPanel, ...]) -> tuple[ScreenPanel, ...]:
        if len(set(panels)) != len(panels):
            raise ValueError("a panel stands there twice")
        return panels


class Settings(BaseSettings):
    """The settings of one installation; the table in docs/settings.md is made from this class."""

    model_config = SettingsConfigDict(
        env_prefix="COCKPIT_", toml_file="cockpit.toml", extra="forbid", frozen=True
    )

    title: str = Field("清源驾驶舱", description="Name shown in the browser and on the sign-in page.")
    home: Path = Field(
        ROOT / "data" / "local",
        description="Folder of all local state: warehouse, snapshots, ledger, secrets.",
    )
    ledger_url: str = Field("", description="SQLAlchemy address of the ledger; empty means SQLite in `home`.")
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8501, description="Port the server listens on.")
    threads: int = Field(2, ge=1, description="DuckDB threads of one process.")
    memory_limit_mb: int = Field(3072, ge=256, description="DuckDB memory limit of one process, in MB.")
    snapshots_kept: int = Field(3, ge=1, description="Number of snapshots kept after a build.")
    snapshot_poll_seconds: float = Field(
        2.0, gt=0, description="How often a running cockpit looks for a new snapshot."
    )
    ledger_poll_seconds: float = Field(
        1.0, gt=0, description="How often a running cockpit looks for decisions made by other processes."
    )
    session_hours: float = Field(8.0, gt=0, description="Hours until a session ends, however busy it is.")
    idle_minutes: float = Field(
        30.0, gt=0, description="Minutes without a person's doing until a session ends."
    )
    sign_in_failures_max: int = Field(5, ge=1, description="Failed sign-ins that lock an account or address.")
    lock_out_minutes: float = Field(
        15.0, gt=0, description="Minutes within which failed sign-ins count, and for which they then lock."
    )
    lock_addresses: bool = Field(
        True,
        description="Lock addresses too; switch off behind a reverse proxy, where all share its address.",
    )
    initial_password_days: float = Field(
        14.0, gt=0, description="Days until a one-time password that was never changed stops working."
    )
    list_page_rows: int = Field(50, ge=10, le=500, description="Rows on one page of a list.")
    audit_days: int = Field(
        1095, ge=180, description="Days the audit is kept; `cockpit audit prune` removes older rows."
    )
    export_rows_max: int = Field(100_000, ge=1, description="Most rows one export may hold.")
    complaint_limit_days: int = Field(
        60,
        ge=1,
        description="Days to close a complaint that states no limit of its own (信访工作条例, 2022).",
    )
    alert_limit_days: AlertLimitDays = Field(
        AlertLimitDays(), description="Working days for each step of an alert, by its level."
    )
    alert_stuck_days: int = Field(
        15, ge=1, description="Working days in one stage after which an alert counts as stuck."
    )
    inbox_path: Path | None = Field(
        None, description="Folder that files to be loaded are put into; empty means `inbox` in `home`."
    )
    source_interval_days: dict[str, Annotated[int, Field(ge=1)]] = Field(
        {}, description="Promised days between two loads of a source table, such as `{ complaint = 1 }`."
    )
    repeat_days: int = Field(
        180, ge=1, description="Days after closing within which a complaint told again counts as a repeat."
    )
    cluster_days: int = Field(
        90,
        ge=1,
        description="Days between two complaints that read alike within which they tell of one problem;"
        " also how recent a complaint must be to add to a cluster's heat.",
    )
    similarity_min: float = Field(
        0.4, gt=0, le=1, description="Cosine from which two texts of one place read alike."
    )
    similar_texts_max: int = Field(
        1_000_000, ge=1, description="Most texts a build compares; older ones, by quarter, are left out."
    )
    rating_path: Path = Field(
        ROOT / "data" / "rating.toml", description="File of the rules by which places and units are rated."
    )
    rating_settle_days: int = Field(
        10, ge=0, description="Days after the end of a month until it is rated, for what is entered late."
    )
    entry_limit_days: int = Field(
        7, ge=0, description="Working days after the day of a record until it has to be entered."
    )
    tender_threshold_yuan: float = Field(
        4_000_000, gt=0, description="Estimate, in yuan, from which a village project needs an open tender."
    )
    silence_days: int = Field(
        90, ge=1, description="Days without any record after which a village counts as silent."
    )
    screen: Screen = Field(
        Screen(),
        description="The big screen, a table `[screen]`: title, panels, months, level and colour of the map, regions it"
        " turns to, days an alert is new, seconds between turns, until it goes on, between looks; hour of its nightly reload.",
    )
    kiosk_days: float = Field(
        30.0,
        gt=0,
        description="Days until the session of a big screen's account ends; it knows no idle limit.",
    )

    public_url: str = Field(
        "",
        description="Address at which the folder that `cockpit publish` writes is served, for QR codes; empty: none yet.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let variables of the environment win over the file; read nothing else."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def __hash__(self) -> int:
        """Tell settings apart where they are keys; tables among them have no hash of their own."""
        return hash(self.model_dump_json())

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file with the raw tables; one writer."""
        return self.home / "warehouse.duckdb"

    @property
    def snapshots_path(self) -> Path:
        """The folder of immutable snapshots and the pointer to the one in service."""
        return self.home / "snapshots"

    @property
    def rejects_path(self) -> Path:
        """The folder of rejected rows with their reasons."""
        return self.home / "rejects"

    @property
    def inbox(self) -> Path:
        """The folder that files to be loaded are put into."""
        return self.inbox_path or self.home / "inbox"

    @property
    def profiles_path(self) -> Path:
        """The folder of this installation's own profiles."""
        return self.home / "profiles"

    @property
    def jobs_path(self) -> Path:
        """The folder of loads and builds that pages began: orders, progress, uploads while they are needed."""
        return self.home / "jobs"

    @property
    def secrets_path(self) -> Path:
        """The folder of generated keys, readable by its owner alone."""
        return self.home / "secrets"


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
