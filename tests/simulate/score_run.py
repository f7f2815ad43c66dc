"""One organisation: make it, scan it with what the site knows, score it, delete it."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import time

import score_alerts
import score_calibration
import score_confusion
import score_match
import score_naive
from score_truth import Truth, accounts_of, domains_of, networks_of, responses_of


def generate(job, folder):
    command = [job["sim"], "--seed", str(job["seed"]), "--mailboxes", str(job["mailboxes"]), "--days",
               str(job["days"]), "--learn-days", str(job["learn_days"]), "--family", job["family"], "--out",
               str(folder)] + job["options"]
    subprocess.run(command, check=True)


def scan(job, folder):
    """Runs tocsin as the site would; the exit status."""
    exits, proxies, internal = networks_of(folder)
    command = [job["tocsin"], "scan", "-q", "-j", "1", "-f", "json", "-o", str(folder / "alerts.jsonl"),
               "--internal", ",".join(internal)]
    for name in ("country.mmdb", "asn.mmdb"):
        if (folder / name).exists():
            command += ["--geo", str(folder / name)]
    command += ["--domain", ",".join(domains_of(folder))]
    if not job.get("proxies", True):
        proxies = []
    for option, networks in (("--egress", exits), ("--proxy", proxies)):
        if networks:
            command += [option, ",".join(networks)]
    if job.get("accounts"):
        command += ["--accounts", str(accounts_of(folder))]
    if job["responses"]:
        for since in responses_of(folder)[:1]:
            command += ["--response-since", since]
    status = subprocess.run(command + [str(folder / "logs")], stderr=subprocess.PIPE, text=True)
    if status.returncode not in (0, 1, 3):
        raise RuntimeError(f"seed {job['seed']}: {status.stderr[-300:]}")
    return status.returncode


def kept_at(job, family):
    """Where the organisation is kept: another folder for each way to make it; None if it is not."""
    if not job["keep"]:
        return None
    how = json.dumps([job["mailboxes"], job["days"], job["learn_days"], job["options"]])
    return pathlib.Path(job["keep"]) / f"{job['seed']}-{family}-{hashlib.sha256(how.encode()).hexdigest()[:8]}"


def one(job, family):
    kept = kept_at(job, family)
    again = kept is not None and kept.exists()
    folder = kept if again else pathlib.Path(tempfile.mkdtemp(prefix="tocsin-score-", dir=job["work"]))
    try:
        began = time.monotonic()
        if not again:
            generate({**job, "family": family}, folder)
        made = time.monotonic()
        status = scan(job, folder)
        scanned = time.monotonic()
        truth = Truth(folder)
        incidents, summary = score_alerts.read(folder / "alerts.jsonl", truth.who)
        campaigns, false = score_match.score(truth, incidents)
        naive, naive_false = [], []
        if job["naive"]:
            naive, naive_false = score_match.score(truth, score_naive.detect(truth))
        pages = [page for i in incidents for page in i.pages]
        return {"seed": job["seed"], "asked": family, "exit": status, "about": truth.about,
                "units": truth.units(), "campaigns": campaigns, "false": false, "pages": len(pages),
                "traps": sorted({trap["trap"] for trap in truth.traps}),
                "trap_levels": score_confusion.trap_levels(truth, incidents),
                "incidents": score_calibration.judged(truth, incidents),
                "coverage": (summary or {}).get("coverage", []),
                "mailboxes": (summary or {}).get("mailboxes", {}),
                "watched": [c["indicator"] for c in (summary or {}).get("coverage", [])
                            if c["state"] == "watched"],
                "naive": naive, "naive_false": naive_false,
                "seconds": {"made": made - began, "scanned": scanned - made}}
    finally:
        if kept is None:
            shutil.rmtree(folder)
        elif not again:
            shutil.move(str(folder), str(kept))


def run(job):
    """The organisation, and beside it its twin where a comparison needs one (A9: without tricks; A10: without it)."""
    result = one(job, job["family"])
    if not job.get("twins", True):
        return json.loads(json.dumps(result))
    if job["family"] == "A9" and result["campaigns"]:
        twin = one({**job, "naive": False}, result["campaigns"][0]["variant"].split("/")[0])
        result["twin"] = twin["campaigns"]
    if job["family"] == "A1+A10":
        result["twin"] = one({**job, "naive": False}, "A1")["campaigns"]
    return json.loads(json.dumps(result))
