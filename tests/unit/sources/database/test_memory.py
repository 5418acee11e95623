"""A million rows take no more memory than four hundred thousand.

Below that the buffers of pyarrow and of the driver still grow; above it the peak is level: 200, 204, 205 and 205 MiB
for .4, 1, 2 and 4 million rows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.sources.database.cluster import READER, READER_PASSWORD, Cluster

FEW, MANY = 400_000, 1_200_000
GROWTH = 1.15
READS = """
import json, sys
from pathlib import Path
from shared_analysis.sources.database import Server, extract
port, limit, target = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
server = Server("tests", "postgresql", "127.0.0.1", port, "housing", user="reader")
rows = extract(server, f"SELECT * FROM many WHERE id <= {limit}", target, key=["id"]).rows
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps([rows, int(peak.split()[1]) // 1024]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak of memory is read as Linux tells it")
def test_a_million_rows_are_read_in_constant_memory(cluster: Cluster, tmp_path: Path) -> None:
    cluster.run(
        "CREATE TABLE many AS SELECT n AS id, 'Person ' || n AS name, md5(n::text) AS code,"
        " date '2000-01-01' + n % 9000 AS seen, (n % 1000 * 1.25)::numeric(10, 2) AS amount,"
        " n % 2 = 0 AS yes, n * 1.1::float8 AS share"
        f" FROM generate_series(1, {MANY}) AS n ORDER BY hashint4(n)",
        f"GRANT SELECT ON many TO {READER}",
    )
    environment = {**os.environ, "SHARED_ANALYSIS_PASSWORD_TESTS": READER_PASSWORD}
    peaks = []
    for limit in (FEW, MANY):
        command = [sys.executable, "-c", READS, str(cluster.port), str(limit), str(tmp_path / "x.parquet")]
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)
        rows, peak = json.loads(done.stdout)
        assert rows == limit
        peaks.append(peak)
    cluster.run("DROP TABLE many")
    assert peaks[1] < peaks[0] * GROWTH
