"""How much of a file is read at most. Beyond these, a file is no export but a mistake or an attack.

The largest export known is one of 100,000 rows; every limit is some ten times what it needs.
"""

MOST_BYTES = 200 * 2**20
MOST_ROWS = 1_000_000
MOST_COLUMNS = 1_000
# Characters of a cell: the csv module's own limit, and forty times the longest caption.
LONGEST_CELL = 131_072
# Characters of a physical line: an export of all columns with the longest captions has 10,000.
LONGEST_LINE = 1_000_000
# Physical lines before the header, and the characters of each.
MOST_LINES_BEFORE = 40
LONGEST_HEADER = 20_000
MOST_REJECTIONS = 200_000

# ZIP files, spreadsheets among them.
MOST_MEMBERS = 200
MOST_UNPACKED = 400 * 2**20
# A member that shrinks to less than this share was made to harm; a sheet of equal rows reaches 100.
MOST_RATIO = 250
RATIO_FROM_BYTES = 4 * 2**20

# Spreadsheets are held in memory whole, so the area they claim is bounded, empty cells included.
MOST_SHEETS = 50
MOST_SHEET_ROWS = 300_000
MOST_SHEET_CELLS = 6_000_000
MOST_SHEET_BYTES = 60 * 2**20
