#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Ten classes of bugs have broken SMB servers again and again:
#
#	 1  the end of a session and requests of its other channels
#	 2  a binding that fails, or does not fit
#	 3  many ends of one object, in any order
#	 4  a compound whose earlier element frees what a later one uses
#	 5  hashes and steps of a login; requests out of order
#	 6  what outlives its session, and whose it is
#	 7  lengths, counts and offsets that lie
#	 8  counters and limits on every way out
#	 9  signing and encryption that are required
#	10  rights that have changed
#
# Each has scenarios in tests/unit/server, functions named class_N_what_happens.  A class
# whose scenarios were renamed, or are not run, is a class without any.
. "$(dirname "$0")/planted.sh"

# Each of these functions stands in its file's table of tests, and class $2 has at least one
# such function in the files of $1.
has_class() {
	for file in "$1"/test_*.c; do
		for name in $(sed -n 's/^static void \(class_[0-9]*_[a-z0-9_]*\)(void .*/\1/p' "$file"); do
			grep -Eq "^[[:space:]]+[A-Za-z_]+\($name(,|\)|\$)" "$file" ||
				{ echo "$file: $name is not run" && return 1; }
		done
	done
	grep -Eqs "^static void class_$2_[a-z0-9_]+\(void " "$1"/test_*.c ||
		{ echo "no scenario of class $2" && return 1; }
}

# scenario NAME ROW: a file of tests with this function, and this row in its table.
scenario() {
	plant_c "test_a.c" <<-END
		static void $1(void **state)
		{
		}
		int main(void)
		{
		$2
		}
	END
}

for class in 1 2 3 4 5 6 7 8 9 10; do
	accepts "bug class $class has a scenario" has_class "$tools/../tests/unit/server" $class
done

tab=$(printf '\t\t')
scenario class_1_ends_early "${tab}TEST(class_1_ends_early),"
accepts 'one that is run' has_class "$tree" 1
refuses 'none of this class' 'no scenario of class 2' has_class "$tree" 2
scenario class_10_ends_early "${tab}TEST(class_10_ends_early),"
refuses 'class 10 is not class 1' 'no scenario of class 1' has_class "$tree" 1
scenario class_1_ends_early "${tab}TEST(class_1_ends),"
refuses 'one that is not run' 'class_1_ends_early is not run' has_class "$tree" 1
scenario class_1_ends_early '/* TEST(class_1_ends_early), */'
refuses 'one that is run no more' 'class_1_ends_early is not run' has_class "$tree" 1
scenario class_1 "${tab}TEST(class_1),"
refuses 'one that says nothing' 'no scenario of class 1' has_class "$tree" 1
rm "$tree/test_a.c"
refuses 'no tests at all' 'no scenario of class 1' has_class "$tree" 1
done_testing
