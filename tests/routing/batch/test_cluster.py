"""The same batch on the workers of a Dask cluster, each a process of its own, some of which are killed."""

import dask
import pytest
from distributed import LocalCluster

import routing
from routing.batch import cluster as cluster_module


@pytest.fixture
def cluster(faulty):
    """Two workers that are restarted when they die, as on a cluster; what they plan with goes wrong by name."""
    with (dask.config.set({"distributed.scheduler.allowed-failures": 1}),
          LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                       silence_logs=100) as running):
        yield running.scheduler_address


def test_a_killed_worker_costs_no_plan(tmp_path, cluster, manifest):
    """The worker that plans parent-1 is killed; a problem that aborts is named and takes no worker down."""
    names = ["parent-1", "early", "plain", "abort"]

    ended = routing.batch(manifest(*names), tmp_path / "out", scheduler=cluster, progress=False)

    assert {record.name: record.status for record in ended.records} == dict.fromkeys(names, "planned") | {
        "abort": "crashed"}
    for record in ended.records[:-1]:
        assert (tmp_path / "out" / record.plan).read_bytes() == record.key.encode() * 500
    assert routing.batch(manifest(*names[:3]), tmp_path / "out", scheduler=cluster, progress=False).skipped == 3


@pytest.mark.long
def test_a_problem_that_kills_every_worker_is_given_up(tmp_path, cluster, manifest):
    """It is named as lost, and the others are planned."""
    ended = routing.batch(manifest("cursed", "plain"), tmp_path / "out", scheduler=cluster, progress=False)

    assert [record.status for record in ended.records] == ["lost", "planned"]


def test_no_scheduler_is_one_clear_error(tmp_path, manifest, monkeypatch):
    """Nobody listens on port 9 of this machine."""
    monkeypatch.setattr(cluster_module, "CONNECT_S", 0.5)
    with pytest.raises(routing.EngineError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        routing.batch(manifest("plain"), tmp_path / "out", scheduler="tcp://127.0.0.1:9", progress=False)


def test_results_go_to_an_object_store(tmp_path, small_batch):
    """To an address that fsspec knows, in one piece each; planned once, read back by the next run."""
    address = f"local://{tmp_path / 'bucket'}"

    first = small_batch(address, "one", "two")
    again = small_batch(address, "one", "two")

    assert (first.planned, first.skipped, again.planned, again.skipped) == (2, 0, 2, 2)
    assert {path.name for path in (tmp_path / "bucket" / "plans").iterdir()} == {"one.plan", "two.plan"}
    assert (tmp_path / "bucket" / "summary.html").is_file()
