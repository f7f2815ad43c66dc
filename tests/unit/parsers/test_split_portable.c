/* The same tests over the portable loops: split.c and csv.c are compiled into this program with
 * TC_BYTEMASK_PORTABLE. */
#include "tests/unit/parsers/test_split.c"
