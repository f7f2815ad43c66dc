# tc_library(NAME SOURCES a.c b.c LINKS tc_base PRIVATE_LINKS PkgConfig::PCRE2)
#   One static library per folder. LINKS are libraries of ours and encode who may include whom.
function(tc_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE tc_flags ${ARG_PRIVATE_LINKS})
endfunction()

# Criterion's macros define functions and objects without prototypes. A library of flags, because a
# target's own options come before those of tc_flags and would be overruled by them.
add_library(tc_test_flags INTERFACE)
target_compile_options(tc_test_flags INTERFACE
    -Wno-missing-prototypes -Wno-pedantic
    $<$<C_COMPILER_ID:Clang>:-Wno-missing-variable-declarations>)

# Tests make large things and drop them thousands of times: memory that goes back to the system each time, and
# comes anew as pages to be cleared, is most of what some of them take.
set(kept_memory MALLOC_MMAP_THRESHOLD_=set:33554432 MALLOC_TRIM_THRESHOLD_=set:4294967296
    MALLOC_TOP_PAD_=set:67108864)

# tc_unit_test(base/slice LINKS tc_base [ARGS ...])
#   tests/unit/base/test_slice.c as a Criterion program. Not PIE, because Criterion's parameterized
#   tests crash on pointers under PIE; a sanitizer's report, a leak or an empty run fails the test even
#   though Criterion then exits 0.
function(tc_unit_test path)
    cmake_parse_arguments(ARG "" "" "LINKS;SOURCES;DEFINES" ${ARGN})
    if(TC_SANITIZE MATCHES "thread" OR TC_FUZZ)
        return() # Criterion does not start under ThreadSanitizer
    endif()
    string(REPLACE "/" "_" target "unit_${path}")
    get_filename_component(folder "${path}" DIRECTORY)
    get_filename_component(module "${path}" NAME)
    add_executable(${target} "${PROJECT_SOURCE_DIR}/tests/unit/${folder}/test_${module}.c" ${ARG_SOURCES})
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_definitions(${target} PRIVATE ${ARG_DEFINES})
    target_link_libraries(${target} PRIVATE tc_flags tc_test_flags ${ARG_LINKS} PkgConfig::CRITERION)
    add_test(NAME "unit/${path}" COMMAND ${target} --short-filename)
    set_tests_properties("unit/${path}" PROPERTIES
        TIMEOUT 120 LABELS unit
        ENVIRONMENT_MODIFICATION "${kept_memory}"
        FAIL_REGULAR_EXPRESSION
        "ERROR: (Address|Leak)Sanitizer;runtime error:;definitely lost;Tested: 0 ")
endfunction()
