"""What the tests say about the gate: configurations, and the shapes of its answers."""

from relid import GCM

PREFIX = "x-kyc-"


def encrypted(envelope=GCM, **blocks):
    """A configuration that expects encrypted posts, and the environment with its key."""
    return {"requestEncryption": envelope.config(), **blocks}


def every_decision(action, **decision):
    return {"onAccept": action, "onReview": action, "onReject": action, **decision}


def assert_problem(response, status, code):
    """An RFC 9457 answer that says what it must and nothing else."""
    assert response.status == status, response
    assert response.value("content-type") == "application/problem+json"
    problem = response.json()
    assert problem["type"] == f"urn:kyc-gate:{code}"
    assert problem["status"] == status
    assert isinstance(problem["title"], str) and problem["title"]
    assert problem.keys() <= {"type", "title", "status", "detail", "requester_id"}
    return problem
