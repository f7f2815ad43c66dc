tc_unit_test(parsers/windows_json LINKS tc_test_support SOURCES event_run.c)
tc_unit_test(parsers/windows_json_frame LINKS tc_test_support)
