# cmake -D SOURCE=DIR -D OUTPUT=FILE.c -P commit.cmake: writes a C file with the commit of the sources,
# and touches it only when that is another one. A copy of the sources that lies inside somebody else's
# repository has no commit.
set(commit unknown)
execute_process(COMMAND git -C "${SOURCE}" rev-parse --show-toplevel --short=12 HEAD
    OUTPUT_VARIABLE said ERROR_QUIET RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT failed AND said MATCHES "^([^\n]*)\n([0-9a-f]+)$")
    set(commit "${CMAKE_MATCH_2}")
    file(REAL_PATH "${CMAKE_MATCH_1}" top)
    file(REAL_PATH "${SOURCE}" source)
    if(NOT top STREQUAL source)
        set(commit unknown)
    endif()
endif()
if(NOT commit STREQUAL "unknown")
    execute_process(COMMAND git -C "${SOURCE}" --no-optional-locks status --porcelain --untracked-files=no
        OUTPUT_VARIABLE changes ERROR_QUIET)
    if(changes)
        string(APPEND commit "-dirty")
    endif()
endif()
set(text "extern const char tc_build_commit[];\nconst char tc_build_commit[] = \"${commit}\";\n")
if(EXISTS "${OUTPUT}")
    file(READ "${OUTPUT}" before)
endif()
if(NOT "${before}" STREQUAL "${text}")
    file(WRITE "${OUTPUT}" "${text}")
endif()
