-- What of the extension acts with rights that aren't the caller's, or opens something to everybody: all of it, so that
-- what is new is looked at (SECURITY.md) before it is accepted here.  test/rights.pl has the same of the C code.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
RESET client_min_messages;
CREATE VIEW member AS
SELECT e.classid, e.objid FROM pg_depend e
WHERE e.refclassid = 'pg_extension'::regclass AND e.deptype = 'e' AND e.refobjid = (SELECT oid FROM pg_extension
  WHERE extname = 'sparkify_dwh');

-- functions that run as their owner: none
SELECT p.oid::regprocedure FROM pg_proc p JOIN member m ON m.objid = p.oid AND m.classid = 'pg_proc'::regclass
WHERE p.prosecdef ORDER BY 1;
-- functions of procedural languages whose names are looked up along the caller's search_path: none but one that
-- explains the caller's queries, and has all its own names qualified
SELECT p.oid::regprocedure FROM pg_proc p JOIN member m ON m.objid = p.oid AND m.classid = 'pg_proc'::regclass
  JOIN pg_language l ON l.oid = p.prolang
WHERE l.lanname NOT IN ('c', 'internal', 'sql') AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig),
  false)
  AND p.proname <> 'sparkify_advise' ORDER BY 1;
-- functions of SQL whose body is a text, looked up along the caller's search_path at each call; the others are parsed
-- when they are made (BEGIN ATOMIC).  Those of polymorphic arguments can't be: what they name is qualified.
SELECT p.oid::regprocedure, p.prosrc FROM pg_proc p JOIN member m ON m.objid = p.oid AND m.classid =
  'pg_proc'::regclass JOIN pg_language l ON l.oid = p.prolang
WHERE l.lanname = 'sql' AND p.prosqlbody IS NULL AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY
  (p.proconfig), false) ORDER BY p.oid::regprocedure::text;
-- functions that everybody may call read nothing that their caller may not: none
SELECT DISTINCT p.oid::regprocedure AS function, c.oid::regclass AS reads
FROM pg_proc p JOIN member m ON m.objid = p.oid AND m.classid = 'pg_proc'::regclass
  JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass
  JOIN pg_class c ON c.oid = d.refobjid
WHERE p.prosqlbody IS NOT NULL AND has_function_privilege('public', p.oid, 'EXECUTE')
  AND NOT has_any_column_privilege('public', c.oid, 'SELECT') ORDER BY 1, 2;
-- event triggers: none; triggers and rules on the extension's tables: what keeps a user's edits
SELECT v.evtname FROM pg_event_trigger v JOIN member m ON m.objid = v.oid AND m.classid = 'pg_event_trigger'::regclass;
SELECT t.tgrelid::regclass AS relation, t.tgname AS trigger, t.tgfoid::regproc AS function
FROM pg_trigger t JOIN member m ON m.objid = t.tgrelid AND m.classid = 'pg_class'::regclass WHERE NOT t.tgisinternal
  ORDER BY t.tgrelid::regclass::text, t.tgname;
SELECT r.ev_class::regclass, r.rulename FROM pg_rewrite r JOIN member m ON m.objid = r.ev_class AND m.classid =
  'pg_class'::regclass
WHERE r.rulename <> '_RETURN';

-- views show with their owner's rights what everybody may not read themselves: which, of what, and whether a function
-- in WHERE is kept out
SELECT v.oid::regclass AS view, string_agg(DISTINCT t.oid::regclass::text, ', ' ORDER BY t.oid::regclass::text) AS
  shows,
       coalesce('security_barrier=true' = ANY (v.reloptions), false) AS barrier
FROM pg_class v JOIN member m ON m.objid = v.oid AND m.classid = 'pg_class'::regclass
     JOIN pg_rewrite w ON w.ev_class = v.oid JOIN pg_depend d ON d.objid = w.oid AND d.classid = 'pg_rewrite'::regclass
     JOIN pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass AND t.oid <> v.oid
WHERE t.relkind <> 'v' AND NOT has_table_privilege('public', t.oid, 'SELECT') OR t.relname ~
  '^visible_(load|unload|copy_job)$'
GROUP BY v.oid, v.reloptions ORDER BY v.oid::regclass::text;

-- what everybody may do with the extension's relations, besides SELECT: nothing
SELECT c.oid::regclass, privilege FROM pg_class c JOIN member m ON m.objid = c.oid AND m.classid = 'pg_class'::regclass
     CROSS JOIN unnest('{INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) AS privilege
WHERE c.relkind <> 'S' AND has_table_privilege('public', c.oid, privilege) ORDER BY 1, 2;
SELECT c.oid::regclass FROM pg_class c JOIN member m ON m.objid = c.oid AND m.classid = 'pg_class'::regclass
WHERE CASE c.relkind WHEN 'S' THEN has_sequence_privilege('public', c.oid, 'USAGE, UPDATE') ELSE false END;
-- schemas in which everybody may create something: none
SELECT n.nspname FROM pg_namespace n JOIN member m ON m.objid = n.oid AND m.classid = 'pg_namespace'::regclass
  WHERE has_schema_privilege('public', n.oid, 'CREATE');
-- functions that not everybody may call
SELECT p.oid::regprocedure FROM pg_proc p JOIN member m ON m.objid = p.oid AND m.classid = 'pg_proc'::regclass
WHERE NOT has_function_privilege('public', p.oid, 'EXECUTE') ORDER BY p.oid::regprocedure::text;
DROP VIEW member;
