"""Where the report's figures lead: the addresses of this node's pages."""

from dataclasses import dataclass

from django.urls import reverse

from jumelage.components.agreement.report.content import Report


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses for one report; *base* is the node's public address on paper, empty on pages."""

    report: Report
    base: str = ""

    def evidence(self, uri: str) -> str:
        """Return the page of one piece of evidence."""
        return self.base + reverse("agreement:evidence", args=[uri])

    def commitment(self, slug: str) -> str:
        """Return the page of a commitment, by its number."""
        return self.base + reverse("agreement:commitment", args=[self.report.slug, slug])

    def report_page(self) -> str:
        """Return the page of this report."""
        return self.base + reverse("agreement:report", args=[self.report.slug, self.report.year])

    def listed(self, commitment: str, indicator: str) -> str:
        """Return the place on the report's page that lists the evidence of an indicator."""
        return f"{self.report_page()}#{evidence_anchor(commitment, indicator)}"

    def data(self, form: str) -> str:
        """Return the data annex as `csv` or `json`."""
        return self.base + reverse(
            "agreement:report-file", args=[self.report.slug, self.report.year, form]
        )


def evidence_anchor(commitment: str, indicator: str) -> str:
    """Return the anchor of the list of evidence behind an indicator's figures."""
    return f"evidence-{commitment}-{indicator}"
