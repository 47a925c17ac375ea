"""Makes the one example report that is a PDF.

Run by hand when its text changes: python scripts/make_demo_pdf.py
"""

from pathlib import Path

from fpdf import FPDF

TITLE = "Afrin and the north: a note"
TEXT = """14 December 2017 - Example Policy Paper

North-western Syria around Afrin is controlled by the SDF. Local YPG units keep better \
relations with Russia than those in the east, and Russian military police are deployed in Afrin.

Turkey has threatened to attack Afrin. Turkish artillery shelled YPG positions near \
Tal Rifaat on 9 December. The YPG said that two of its fighters were killed.

In Idlib, Hayat Tahrir al-Sham fought the Nour al-Din al-Zenki movement in November. \
A truce between the two groups has held since late November.

If Turkey attacks Afrin, the YPG will move fighters from the east to Afrin. \
The United States is unlikely to support the YPG in Afrin."""

pdf = FPDF(format="A4")
pdf.set_title(TITLE)
pdf.add_page()
pdf.set_font("Helvetica", "B", 16)
pdf.multi_cell(0, 9, TITLE, new_x="LMARGIN", new_y="NEXT")
pdf.set_font("Helvetica", size=11)
for part in TEXT.split("\n\n"):
    pdf.multi_cell(0, 6, part, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)
pdf.output(str(Path(__file__).parent.parent / "demo/reports/2017-12-14-policy-paper-afrin.pdf"))
