import java.math.BigDecimal;
import java.sql.*;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/**
 * PostgreSQL's JDBC driver: prepared statements (named from the fifth use on), batches, fetch size, metadata, cancel.
 */
public class Jdbc {
  static boolean failed;

  interface Work { void run() throws Exception; }

  static void same(Object got, Object want, String claim) {
    if (Objects.equals(String.valueOf(got), String.valueOf(want))) { System.out.println("ok - " + claim); return; }
    failed = true;
    System.out.println("not ok - " + claim + "\n# got:  " + got + "\n# want: " + want);
  }

  /** The SQLSTATE, and the place, of work that is to fail. */
  static String failure(Work work) {
    try { work.run(); } catch (SQLException e) {
      var server = e instanceof org.postgresql.util.PSQLException p ? p.getServerErrorMessage() : null;
      return e.getSQLState() + (server != null && server.getPosition() > 0 ? " " + server.getPosition() : "");
    } catch (Exception e) { return e.toString(); }
    return "nothing failed";
  }

  static List<String> column(ResultSet rows, String name) throws SQLException {
    var list = new ArrayList<String>();
    while (rows.next()) list.add(rows.getString(name));
    return list;
  }

  /** Some columns of each row, as texts. */
  static List<String> rows(ResultSet rows, String... names) throws SQLException {
    var list = new ArrayList<String>();
    while (rows.next()) {
      var row = new ArrayList<String>();
      for (var name : names) row.add(rows.getString(name));
      list.add(String.join(" ", row));
    }
    return list;
  }

  static Connection connect(String... more) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", System.getenv("WIRE_USER"));
    properties.setProperty("password", System.getenv("WIRE_PASSWORD"));
    for (int i = 0; i < more.length; i += 2) properties.setProperty(more[i], more[i + 1]);
    return DriverManager.getConnection("jdbc:postgresql://" + System.getenv("WIRE_HOST") + ":"
            + System.getenv("WIRE_PORT") + "/" + System.getenv("PGDATABASE"),
        properties);
  }

  public static void main(String[] arguments) throws Exception {
    try (Connection conn = connect()) { work(conn); }
    same(failure(() -> connect("password", "wrong")), "28P01", "a wrong password");
    System.exit(failed ? 1 : 0);
  }

  static void work(Connection conn) throws Exception {
    Statement st = conn.createStatement();
    same(conn.getMetaData().getDatabaseProductVersion(), "8.0.2", "the server is a Redshift");
    st.execute(
        "CREATE TABLE jdbc_plays (id INT IDENTITY(0,1), at TIMESTAMP SORTKEY, user_id BIGINT DISTKEY, "
            + "level VARCHAR(10), length DOUBLE PRECISION, price DECIMAL(10,2), is_paid BOOLEAN, day DATE, "
            + "small SMALLINT) DISTSTYLE KEY");

    // the same statement again and again: after five times it has a name, and results are binary
    var at = Timestamp.valueOf("2018-11-01 21:01:46.796");
    try (
        var insert = conn.prepareStatement(
            "INSERT INTO jdbc_plays (at, user_id, level, length, price, is_paid, day, small) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        var select = conn.prepareStatement(
            "SELECT at, NVL(user_id, -1) AS user_id, level, length, price, is_paid, day, small, "
                + "DATEDIFF(day, ?::DATE, day) AS days FROM jdbc_plays WHERE user_id = ? AND level = ?")) {
      for (long i = 1; i <= 12; i++) {
        insert.setTimestamp(1, at);
        insert.setLong(2, i + 12345678900L);
        insert.setString(3, "it's");
        insert.setDouble(4, 2.5);
        insert.setBigDecimal(5, new BigDecimal("19.99"));
        insert.setBoolean(6, true);
        insert.setDate(7, Date.valueOf("2018-11-01"));
        insert.setShort(8, (short) i);
        if (insert.executeUpdate() != 1) same(0, 1, "an INSERT");
        select.setDate(1, Date.valueOf("2018-10-30")); select.setLong(2, i + 12345678900L); select.setString(3, "it's");
        var r = select.executeQuery();
        r.next();
        var row = r.getTimestamp(1) + " " + r.getLong(2) + " " + r.getString(3) + " " + r.getDouble(4) + " "
            + r.getBigDecimal(5) + " " + r.getBoolean(6) + " " + r.getDate(7) + " " + r.getShort(8) + " "
            + r.getLong(9);
        var want = at + " " + (i + 12345678900L) + " it's 2.5 19.99 true 2018-11-01 " + i + " 2";
        if (i == 1 || i == 12 || !row.equals(want))
          same(row, want, "parameters of each type there and back, time " + i);
      }
      insert.setNull(1, Types.TIMESTAMP);
      insert.setNull(2, Types.BIGINT);
      insert.setNull(3, Types.VARCHAR);
      insert.setNull(4, Types.DOUBLE);
      insert.setNull(5, Types.NUMERIC);
      insert.setNull(6, Types.BOOLEAN);
      insert.setNull(7, Types.DATE);
      insert.setNull(8, Types.SMALLINT);
      same(insert.executeUpdate(), 1, "nulls of each type");
      same(select.getParameterMetaData().getParameterTypeName(2) + " " + select.getMetaData().getColumnTypeName(5),
          "int8 numeric", "the types of parameters and columns");
    }

    // batches, transactions, savepoints of the driver's own
    conn.setAutoCommit(false);
    try (var batch = conn.prepareStatement("INSERT INTO jdbc_plays (user_id, level) VALUES (?, ?)")) {
      for (int i = 0; i < 700; i++) { batch.setInt(1, i); batch.setString(2, "batch"); batch.addBatch(); }
      same(batch.executeBatch().length, 700, "a batch");
    }
    st.addBatch("UPDATE jdbc_plays SET level = 'b' WHERE user_id < 10");
    st.addBatch("DELETE jdbc_plays WHERE user_id >= 690 AND user_id < 1000");
    same(java.util.Arrays.toString(st.executeBatch()), "[10, 10]", "a batch of statements");
    same(failure(() -> st.executeQuery("SELECT NVL(level, 'x'), nosuch FROM jdbc_plays")), "42703 25",
        "an error: SQLSTATE and place");
    same(failure(() -> st.executeQuery("SELECT 1")), "25P02", "and then nothing but rollback()");
    conn.rollback();
    same(column(st.executeQuery("SELECT COUNT(*) AS n FROM jdbc_plays"), "n"), "[13]", "rollback()");
    var before = conn.setSavepoint();
    st.executeUpdate("DELETE FROM jdbc_plays");
    conn.rollback(before);
    Work refused = () -> {
      try (var wrong = conn.prepareStatement("INSERT INTO jdbc_plays (user_id) VALUES (?) ON CONFLICT DO NOTHING")) {
        wrong.setInt(1, 1);
        wrong.executeUpdate();
      }
    };
    same(failure(refused), "0A000 46", "what Redshift lacks is refused");
    conn.rollback();

    // results in pieces
    try (var numbers = conn.prepareStatement("INSERT INTO jdbc_plays (user_id) VALUES (?)")) {
      for (int i = 0; i < 400; i++) { numbers.setInt(1, i); numbers.addBatch(); }
      numbers.executeBatch();
    }
    conn.commit();
    try (var many =
             conn.prepareStatement("SELECT a.user_id, NVL(b.level, 'none') AS level FROM jdbc_plays a, jdbc_plays b")) {
      many.setFetchSize(1000);
      int count = 0;
      for (var rows = many.executeQuery(); rows.next();) count++;
      same(count, 413 * 413, "fetch size: a portal in pieces");
      many.setFetchSize(10);
      var some = many.executeQuery();
      some.next();
      some.close();
    }
    conn.commit();

    // several statements, and their results
    boolean isRows = st.execute(
        "INSERT INTO jdbc_plays (user_id) VALUES (-5); "
            + "SELECT NVL(level, 'none') AS level FROM jdbc_plays WHERE user_id = -5; DROP TABLE IF EXISTS jdbc_none");
    same(isRows + " " + st.getUpdateCount(), "false 1", "several statements: a count");
    same(st.getMoreResults() + " " + column(st.getResultSet(), "level"), "true [none]", "and rows");
    conn.commit();
    conn.setAutoCommit(true);
    st.execute("VACUUM jdbc_plays");
    st.execute(
        "COPY jdbc_plays (level) FROM 's3://clients/log_data' IAM_ROLE 'arn:aws:iam::123456789012:role/r' JSON 'auto'");
    same(String.valueOf(st.getWarnings()).contains("Load into table 'jdbc_plays' completed"), true,
        "COPY's INFO is a warning");
    var copy = new org.postgresql.copy.CopyManager((org.postgresql.core.BaseConnection) conn);
    same(copy.copyIn("COPY jdbc_plays (user_id, level) FROM STDIN CSV", new java.io.StringReader("-7,x\n-8,y\n")), 2,
        "CopyManager");

    // metadata
    var data = conn.getMetaData();
    same(column(data.getTables(null, "public", "jdbc\\_%", new String[] {"TABLE"}), "TABLE_NAME"), "[jdbc_plays]",
        "getTables");
    same(column(data.getColumns(null, "public", "jdbc_plays", null), "COLUMN_NAME"),
        "[id, at, user_id, level, length, price, is_paid, day, small]", "getColumns");
    same(column(data.getSchemas(), "TABLE_SCHEM").contains("public"), true, "getSchemas");
    same(column(data.getPrimaryKeys(null, "public", "jdbc_plays"), "COLUMN_NAME"), "[]", "a table without a key");
    st.execute("CREATE TABLE jdbc_songs (song INT, artist INT, label VARCHAR(9) UNIQUE, PRIMARY KEY (song, artist))");
    st.execute("CREATE TABLE jdbc_turns (turn BIGINT IDENTITY(0,1), s INT, a INT, "
      + "FOREIGN KEY (s, a) REFERENCES jdbc_songs (song, artist))");
    same(rows(data.getPrimaryKeys(null, "public", "jdbc_songs"), "COLUMN_NAME", "KEY_SEQ", "PK_NAME"),
      "[song 1 jdbc_songs_pkey, artist 2 jdbc_songs_pkey]", "getPrimaryKeys");
    var foreign = "[public jdbc_songs song jdbc_turns s 1 jdbc_turns_s_fkey jdbc_songs_pkey, "
      + "public jdbc_songs artist jdbc_turns a 2 jdbc_turns_s_fkey jdbc_songs_pkey]";
    String[] wanted = {"PKTABLE_SCHEM", "PKTABLE_NAME", "PKCOLUMN_NAME", "FKTABLE_NAME", "FKCOLUMN_NAME", "KEY_SEQ",
      "FK_NAME", "PK_NAME"};
    same(rows(data.getImportedKeys(null, "public", "jdbc_turns"), wanted), foreign, "getImportedKeys");
    same(rows(data.getExportedKeys(null, "public", "jdbc_songs"), wanted), foreign, "getExportedKeys");
    same(rows(data.getCrossReference(null, "public", "jdbc_songs", null, "public", "jdbc_turns"), wanted), foreign,
      "getCrossReference");
    same(rows(data.getBestRowIdentifier(null, "public", "jdbc_songs", DatabaseMetaData.bestRowTemporary, true),
      "COLUMN_NAME"), "[song, artist]", "getBestRowIdentifier");
    same(rows(data.getIndexInfo(null, "public", "jdbc_songs", true, false), "INDEX_NAME", "ORDINAL_POSITION",
      "COLUMN_NAME"), "[jdbc_songs_pkey 1 song, jdbc_songs_pkey 2 artist]", "getIndexInfo: the primary key's");
    st.execute("CREATE TABLE jdbc_labels (name VARCHAR(9) REFERENCES jdbc_songs (label))");
    same(rows(data.getImportedKeys(null, "public", "jdbc_labels"), wanted),
      "[public jdbc_songs label jdbc_labels name 1 jdbc_labels_name_fkey jdbc_songs_label_key]",
      "getImportedKeys to UNIQUE columns");
    // as newer versions ask for a key: the number out of a pair, and a name that touches the next word
    same(rows(st.executeQuery("SELECT k.name AS \"NAME\", k.place AS \"PLACE\"FROM (SELECT a.attname AS name, "
      + "a.attnum, (information_schema._pg_expandarray(x.indkey)).n AS place, "
      + "information_schema._pg_expandarray(x.indkey) AS pair "
      + "FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indrelid "
      + "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid WHERE x.indisprimary AND c.relname = 'jdbc_songs') k "
      + "WHERE k.attnum = (k.pair).x ORDER BY k.place"), "NAME", "PLACE"), "[song 1, artist 2]", "a key's pairs");
    st.execute("DROP TABLE jdbc_labels");
    st.execute("DROP TABLE jdbc_turns");
    st.execute("DROP TABLE jdbc_songs");
    same(column(data.getTypeInfo(), "TYPE_NAME").contains("varchar"), true, "getTypeInfo");
    same(column(data.getProcedures(null, "public", "jdbc%"), "PROCEDURE_NAME"), "[]", "getProcedures");

    // cancel, and a time-out
    var timer = new Thread(() -> {
      try {
        Thread.sleep(500);
        st.cancel();
      } catch (Exception e) { System.out.println("# " + e); }
    });
    timer.start();
    String endless = "SELECT COUNT(*) FROM jdbc_plays a, jdbc_plays b, jdbc_plays c, jdbc_plays d";
    same(failure(() -> st.executeQuery(endless)), "57014", "cancel()");
    timer.join();
    st.setQueryTimeout(1);
    same(failure(() -> st.executeQuery(endless)), "57014", "setQueryTimeout");
    st.setQueryTimeout(0);
    same(column(st.executeQuery("SELECT NVL(NULL, 6) AS six"), "six"), "[6]", "after it the session goes on");

    // statements as texts only, as some tools do
    try (var plain = connect("preferQueryMode", "simple", "sslmode", "require");
         var one = plain.prepareStatement("SELECT NVL(?, 'x') || ? AS joined")) {
      one.setNull(1, Types.VARCHAR); one.setString(2, "y'z");
      same(column(one.executeQuery(), "joined"), "[xy'z]", "preferQueryMode=simple");
    }
    try (var saving = connect("autosave", "always")) {
      saving.setAutoCommit(false);
      saving.createStatement().execute("DELETE FROM jdbc_plays");
      same(failure(() -> saving.createStatement().execute("SELECT * FROM jdbc_nosuch")), "42P01 15",
          "autosave=always: an error");
      same(column(saving.createStatement().executeQuery("SELECT COUNT(*) AS n FROM jdbc_plays"), "n"), "[0]",
          "and the transaction goes on");
      saving.rollback();
    }
    st.execute("DROP TABLE jdbc_plays");
  }
}
