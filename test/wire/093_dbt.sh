#!/bin/bash
# What dbt's adapter for Redshift does in a run, in words of our own: schemas, the cache of relations, columns of
# tables and of both kinds of views, tables that take another's place within a transaction, incremental models,
# grants, comments, the catalog for its documentation. Run on a cluster of its own that preloads the module:
# test/run.sh wire.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"

psql -qc 'CREATE EXTENSION sparkify_dwh' -c 'CREATE ROLE dbt_maker LOGIN' -c 'CREATE ROLE dbt_reader LOGIN' \
  -c "GRANT CREATE ON DATABASE $PGDATABASE TO dbt_maker"
gate() {
  timeout 30 psql -X -qAt -v ON_ERROR_STOP=1 \
    "host=127.0.0.1 port=$WIRE_PORT user=dbt_maker sslmode=disable dbname=$PGDATABASE" "$@" 2>&1 |
    grep -vE '^(NOTICE|DETAIL|drop cascades)'
}
for i in $(seq 100); do gate -c 'SELECT 1' >/dev/null && break; sleep 0.1; done

# a schema, found by its name in any case
is "a schema" \
  "$(gate -c 'create schema if not exists "marts"' -c 'create schema if not exists "marts"' \
  -c "select count(*) from pg_namespace where nspname ilike 'MARTS'" \
  -c "select distinct nspname from pg_namespace where nspname = 'marts'")" $'1\nmarts'

# models: a seed, a table with its keys of the warehouse, a view, a late-binding view, a materialized view
is "its models are built" \
  "$(gate -c 'create table "marts"."seed" (id integer, name varchar(12), price numeric(10,2), at timestamp)' \
  -c "insert into \"marts\".\"seed\" (id, name, price, at) values (1, 'a', 1.50, '2018-11-01'), (2, 'b', 2, null)" \
  -c 'create table "marts"."songs__dbt_tmp" diststyle key distkey (id)
    compound sortkey(id, at) as ( select id, name, at from "marts"."seed" );' \
  -c 'begin' -c 'alter table "marts"."songs__dbt_tmp" rename to "songs"' -c 'commit' \
  -c 'create view "marts"."dear" as ( select id, price, name from "marts"."seed" where price > 1.75 ) ;' \
  -c 'create view "marts"."late" as ( select id, name from "marts"."seed" ) with no schema binding;' \
  -c 'create materialized view "marts"."many" backup yes diststyle even auto refresh no
    as ( select count(*) as n from "marts"."seed" )' \
  -c 'select n from "marts"."many"')" 2

# the cache of relations: tables and views, whose definition tells a materialized view
relations="select tablename as name, schemaname as schema, 'table' as type from pg_tables where schemaname ilike 'marts'
  union all select viewname, schemaname,
    case when definition ilike '%create materialized view%' then 'materialized_view' else 'view' end
  from pg_views where schemaname ilike 'marts' order by 1"
is "the cache of relations" \
  "$(gate -c "$relations")" \
  $'dear|marts|view\nlate|marts|view\nmany|marts|materialized_view\nseed|marts|table\nsongs|marts|table'

# newer versions ask by SHOW, and name the database
is "the cache of relations, by SHOW TABLES" \
  "$(gate -c "show tables from schema \"$PGDATABASE\".\"marts\"" | cut -d'|' -f3,4,7,11)" \
  $'dear|VIEW|dbt_maker|REGULAR VIEW
late|VIEW|dbt_maker|LATE BINDING VIEW
many|VIEW|dbt_maker|MATERIALIZED VIEW
seed|TABLE|dbt_maker|REGULAR TABLE
songs|TABLE|dbt_maker|REGULAR TABLE'
is "columns and their part in the keys, by SHOW COLUMNS" \
  "$(gate -c "show columns from table \"$PGDATABASE\".\"marts\".\"songs\"" | cut -d'|' -f4,8,13,14,15)" \
  $'id|integer|COMPOUND|1|1
name|character varying||0|
at|timestamp without time zone|COMPOUND|2|'
is "a schema named with its database" "$(gate -c "create schema if not exists \"$PGDATABASE\".\"other\"" \
  -c "select count(*) from pg_namespace where nspname = 'other'" \
  -c "drop schema if exists \"$PGDATABASE\".\"other\" cascade" \
  -c "select count(*) from pg_namespace where nspname = 'other'")" $'1\n0'

# columns: those of tables and bound views from information_schema, those of late-binding ones from a function
columns() { echo "with bound as (select ordinal_position, table_schema, column_name, data_type,
  character_maximum_length, numeric_precision, numeric_scale
    from information_schema.\"columns\" where table_name = '$1'),
  unbound as (select ordinal_position, view_schema, col_name,
    case when col_type ilike 'character varying%' then 'character varying'
    when col_type ilike 'numeric%' then 'numeric' else col_type end,
    case when col_type like 'character%' then nullif(regexp_substr(col_type, '[0-9]+'), '')::int end,
    case when col_type like 'numeric%' then nullif(split_part(regexp_substr(col_type, '[0-9,]+'), ',', 1), '')::int end,
    case when col_type like 'numeric%' then nullif(split_part(regexp_substr(col_type, '[0-9,]+'), ',', 2), '')::int end
    from pg_get_late_binding_view_cols() cols(view_schema name, view_name name, col_name name, col_type varchar,
    ordinal_position int) where view_name = '$1'),
  external as (select columnnum, schemaname, columnname, external_type, null::int, null::int, null::int
    from pg_catalog.svv_external_columns where schemaname = 'marts' and tablename = '$1'),
  every as (select * from bound union all select * from unbound union all select * from external)
  select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale from every
    where table_schema = 'marts' order by ordinal_position"; }
is "columns of a table" \
  "$(gate -c "$(columns seed)")" \
  $'id|integer||32|0\nname|character varying|12||\nprice|numeric||10|2\nat|timestamp without time zone|||'
is "columns of a view" "$(gate -c "$(columns dear)")" \
  $'id|integer||32|0\nprice|numeric||10|2\nname|character varying|12||'
is "columns of a late-binding view" "$(gate -c "$(columns late)")" $'id|integer|||\nname|character varying|12||'

# a table takes the place of another; what depends on it is listed first, and goes with it unless it is bound late
is "what depends on what" \
  "$(gate -c "with relation as (select oid as id, relname as name, relnamespace as schema from pg_class),
  dependency as (select distinct d.refobjid as id, r.ev_class as of from pg_depend d
    join pg_rewrite r on r.oid = d.objid
                 where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype = 'n')
  select distinct used.name, uses.name from dependency d join relation used on used.id = d.id
    join relation uses on uses.id = d.of
  join pg_namespace s on s.oid = used.schema
  where s.nspname = 'marts' and used.id <> uses.id and uses.name in ('dear', 'late') order by 1, 2")" \
  'seed|dear'
is "a table takes the place of another" "$(gate -c 'begin; alter table "marts"."seed" rename to "seed__dbt_backup";
    create table "marts"."seed" backup no
      as ( select id, name, price, at from "marts"."seed__dbt_backup" where id = 2 );
    drop table if exists "marts"."seed__dbt_backup" cascade; commit;' \
  -c 'select name from marts.late' -c "select count(*) from pg_views
    where schemaname = 'marts' and viewname in ('dear', 'late')")" \
  $'b\n1'

# an incremental model: what is new replaces what has its key
is "delete+insert" "$(gate -c 'create temporary table "songs__dbt_tmp" diststyle key distkey (id) as (
    select id, name, at from "marts"."seed" );' \
  -c 'begin' -c 'delete from "marts"."songs" using "songs__dbt_tmp" where ("songs__dbt_tmp".id = "marts"."songs".id)' \
  -c 'insert into "marts"."songs" ("id", "name", "at") ( select "id", "name", "at" from "songs__dbt_tmp" )' -c 'end' \
  -c 'select count(*) from "marts"."songs"')" 2
is "merge" "$(gate -c "create temporary table \"songs__dbt_tmp\" as (
  select 2 as id, 'c'::varchar as name, getdate()::timestamp as at )" \
  -c 'merge into "marts"."songs" using "songs__dbt_tmp" as source on ("marts"."songs".id = source.id)
    when matched then update set name = source.name
    when not matched then insert (id, name, at) values (source.id, source.name, source.at)' \
  -c 'select name from "marts"."songs" where id = 2')" c
is "columns come and go" "$(gate -c 'alter table "marts"."songs" add column more varchar(256)' \
  -c 'alter table "marts"."songs" drop column more cascade' \
  -c "select count(*) from svv_columns where table_schema = 'marts' and table_name = 'songs'")" 3

# grants: those there are, for each user and privilege; then those that are missing
grants="select u.name, p.name from (select distinct usename as name from pg_user
  where usename != current_user and usesuper = false) u
  cross join (select 'select' as name union all select 'insert' union all select 'delete') p
  where u.name = 'dbt_reader' and has_table_privilege(u.name, 'marts.songs', p.name) order by 1, 2"
is "grants are asked for, given and taken" \
  "$(gate -c "$grants" -c 'grant select on "marts"."songs" to dbt_reader' -c "$grants" \
  -c 'revoke select on "marts"."songs" from dbt_reader' -c "$grants")" 'dbt_reader|select'
is "a table's grants by svv_relation_privileges" \
  "$(gate -c 'grant select on "marts"."songs" to dbt_reader' \
  -c "select identity_name, privilege_type from svv_relation_privileges
    where namespace_name = 'marts' and relation_name = 'songs' and identity_name = 'dbt_reader'")" 'dbt_reader|SELECT'

# comments, and the catalog of the documentation
is "the catalog of its documentation" \
  "$(gate \
  -c 'comment on table "marts"."songs" is $dbt_comment_literal_block$all of '"'"'em$dbt_comment_literal_block$;' \
  -c "comment on column \"marts\".\"songs\".\"id\" is
    \$dbt_comment_literal_block\$the key\$dbt_comment_literal_block\$;" \
  -c "with owners as (select schemaname as table_schema, tablename as table_name, tableowner as owner from pg_tables
    union all select schemaname, viewname, viewowner from pg_views),
  cols as (select sch.nspname as table_schema, tbl.relname as table_name,
    case tbl.relkind when 'v' then 'VIEW' else 'BASE TABLE' end as kind, td.description as about,
    col.attname, col.attnum as i,
      pg_catalog.format_type(col.atttypid, col.atttypmod) as type, cd.description as column_about
    from pg_catalog.pg_namespace sch join pg_catalog.pg_class tbl on tbl.relnamespace = sch.oid
    join pg_catalog.pg_attribute col on col.attrelid = tbl.oid
    left outer join pg_catalog.pg_description td on td.objoid = tbl.oid and td.objsubid = 0
    left outer join pg_catalog.pg_description cd on cd.objoid = tbl.oid and cd.objsubid = col.attnum
    left outer join information_schema.views mv on mv.table_schema = sch.nspname and mv.table_name = tbl.relname
    and mv.view_definition ilike '%create materialized view%'
    where tbl.relkind in ('r', 'v', 'f', 'p') and col.attnum > 0 and not col.attisdropped
    and upper(sch.nspname) = upper('marts') and tbl.relname = 'songs')
  select '$PGDATABASE' as table_database, * from cols join owners using (table_schema, table_name) order by i")" \
  "$PGDATABASE|marts|songs|BASE TABLE|all of 'em|id|1|integer|the key|dbt_maker
$PGDATABASE|marts|songs|BASE TABLE|all of 'em|name|2|character varying(12)||dbt_maker
$PGDATABASE|marts|songs|BASE TABLE|all of 'em|at|3|timestamp without time zone||dbt_maker"
is "figures of a table" \
  "$(gate -c "select has_table_privilege(current_user, 'svv_table_info', 'SELECT')" \
  -c "select \"schema\" || '.' || \"table\" as table_id, encoded, diststyle,
      case when sortkey1 like 'INTERLEAVED%' then 'INTERLEAVED'::text else sortkey1 end, (sortkey_num > 0),
      size * 1000000 >= 0, stats_off is null or stats_off >= 0 from svv_table_info
    where upper(\"schema\") = upper('marts') and \"table\" = 'songs'")" 't
marts.songs|Y, AUTO(ENCODE)|KEY(id)|id|t|t|t'
gate -c 'create materialized view "marts"."many" backup yes diststyle even auto refresh no
    as ( select count(*) as n from "marts"."seed" )'
is "a comment on a materialized view, which is a view there; the database that is used" \
  "$(gate -c 'comment on view "marts"."many" is $dbt_comment_literal_block$how many$dbt_comment_literal_block$;' \
  -c "select description from pg_description d join pg_class c on c.oid = d.objoid where c.relname = 'many'" \
  -c "use \"$PGDATABASE\"" -c 'show use' -c 'reset use' -c 'select n from "marts"."many"')" \
  $'how many\n\n1'
is "a materialized view's properties" \
  "$(gate -c "select tb.\"table\", tb.diststyle, mv.autorefresh from svv_table_info tb
  left join svv_mv_info mv on mv.database_name = tb.database and mv.schema_name = tb.schema and mv.name = tb.\"table\"
  where tb.\"table\" ilike 'many' and tb.schema ilike 'marts'")" 'many|EVEN|f'
is "when a source was changed is asked" \
  "$(gate -c "select count(*) from (select max(qd.start_time) from pg_class c
  join pg_namespace ns on ns.oid = c.relnamespace join sys_query_detail qd on qd.table_id = c.oid
  where qd.step_name in ('insert', 'merge') and ns.nspname = 'marts' group by c.relname) t")" 0

# the end of a run
is "all is dropped" "$(gate -c 'refresh materialized view "marts"."many"' \
  -c 'drop materialized view if exists "marts"."many" cascade' -c 'drop view if exists "marts"."late" cascade' \
  -c 'drop table if exists "marts"."songs" cascade' -c 'drop table if exists "marts"."none" cascade' \
  -c 'drop schema if exists "marts" cascade' \
  -c "select count(*) from pg_namespace where nspname = 'marts'" | grep -v NOTICE)" 0
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
