#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the table of utf16_upcase(): one UTF-16 unit to one, as Windows compares names.

The characters are those of Unicode 3.2, so the table does not change with the version of
Python.  A letter is mapped only if lowering the result gives the letter back: that leaves
alone sharp s, dotless i, the micro sign and the long s, which Windows does not fold.  The
final sigma is the one exception.  Two levels: 256 pages of differences, so that all pages without
a letter are the same one.
"""

import sys
import unicodedata

FINAL_SIGMA, CAPITAL_SIGMA = 0x03C2, 0x03A3


def exists(text):
    return unicodedata.ucd_3_2_0.category(text) != "Cn"


def simple_upper(letter):
    # str.upper() gives full mappings; where the full one is longer than a letter (the
    # Greek vowels with iota subscript), the title form is the simple one.
    for form in (letter.upper(), letter.title()):
        if len(form) == 1:
            return form
    return letter


def upcase(unit):
    letter = chr(unit)
    upper = simple_upper(letter)
    if unit == FINAL_SIGMA:
        return CAPITAL_SIGMA
    if ord(upper) > 0xFFFF or not exists(letter) or not exists(upper):
        return unit
    return ord(upper) if upper.lower() == letter else unit


def rows(values, per_line, form):
    for i in range(0, len(values), per_line):
        yield "\t" + ", ".join(form % v for v in values[i : i + per_line]) + ","


def main():
    pages, index = [], []
    for high in range(256):
        units = range(high << 8, (high + 1) << 8)
        page = [(upcase(unit) - unit) & 0xFFFF for unit in units]
        if page not in pages:
            pages.append(page)
        index.append(pages.index(page))
    with open(sys.argv[1], "w", encoding="ascii") as out:
        print("/* Made by gen-upcase.py: do not edit. */", file=out)
        print("#include <stdint.h>\n", file=out)
        print("/* What to add to a unit, modulo 65536. */", file=out)
        print(f"static const uint16_t upcase_delta[{len(pages)}][256] = {{", file=out)
        for page in pages:
            print("{", *rows(page, 12, "0x%04x"), "},", sep="\n", file=out)
        print("};\n\n/* The page of each high byte. */", file=out)
        print("static const uint8_t upcase_page[256] = {", file=out)
        print(*rows(index, 24, "%d"), "};", sep="\n", file=out)


if __name__ == "__main__":
    main()
