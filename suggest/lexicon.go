package suggest

import "strings"

// The lexicon is what is known of the language of an office, whatever the catalogue holds. Its words
// are folded and in one form; the stemmer matches the other forms.

// stopWords say nothing about what a text is about: grammar, courtesy, time, people and locations.
const stopWords = `
a al algo alguien algun alguna algunas alguno algunos ahi ahora ahorita alla alli ambos ante antes apenas aqui asi
aun aunque bajo bastante bien cada casi como con contra cual cuales cualquier cuando cuanto de del dejo desde despues
detras donde dos e el ella ellas ellos en entonces entre era eran es esa esas ese eso esos esta estaba estado estan estamos estar este
esto estos estoy estas fue fueron fui gran ha haber habia haga hago han has hasta hay he hice hicieron hizo hoy igual iba ir
la las le les lo los luego manera mas me mi mia mientras mio mis misma mismo mismos mucha muchas mucho muchos muy nada nadie ni
ningun ninguna ninguno nos nosotros nuestra nuestro nuestros o otra otras otro otros para pero poco por porque pues que
quien quienes sabe saben se sea ser si sido siempre sino sobre solamente solo somos son soy su sus suya tal tambien tampoco tan tanto te
tenemos tener tengo tenia tiene tienen toda todas todavia todo todos tras tres tu tuve tuvo un una unas uno unos usted ustedes va van vamos varias varios veces
vez voy y ya yo puedo puede pueden podemos podria podrian poder pude pudo hacer hace hacen haciendo hecho dar da dan dice dicen decir digo dijo
quiero quiere quieren queria quisiera quisieramos necesito necesita necesitan necesitamos necesitaria requiero requiere requerimos requieren solicito solicita solicitamos solicitar
debo debe debemos deben toca tocan tocaria falta faltan queda quedo quedaron queden sale salen salio salia aparece aparecen aparecio
hola buen buena buenas bueno buenos dia dias tarde tardes noche noches saludo saludos cordial cordiales gracias agradezco agradeceria
agradecemos favor porfa porfavor please plis disculpe disculpen molestia pena quedo atento atenta ayuda ayudar ayudan ayudeme ayudenme ayudarme
colabora colaboran colaborar colaboracion colaborarme colaborenme colabore colaboreme pronta pronto urgente urgencia rapido oportuna gestion
gusto estimado estimados estimada senor senora senores doctor doctora ingeniero ingeniera ingenieros inge ing doc amigo amiga companero companera companeros
manana ayer anoche hora horas minuto minutos momento rato semana semanas mes meses ano anos lunes martes miercoles jueves viernes sabado domingo
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre fin ultimo ultima ultimos pasado pasada
oficina dependencia entidad uspec area grupo direccion sede edificio piso casa trabajo trabajar trabajo persona personas gente funcionario funcionarios
caso cosa cosas parte forma tema asunto situacion motivo mediante traves respecto parece creo pienso seria siguiente
regalan regaleme regala regalar tratando trato trata intento intentar intente logro logra lograr llevo lleva llevan sigue siguen seguimos sucede ocurre pasa paso pasaba
abogado abogada asesor asesora profesional coordinador coordinadora juez quinto sexto tercer tercero segundo segunda primer primero tres cuatro cinco seis siete ocho nueve diez once doce quince veinte
acuerdo quedan quedando eres llamas lado lados gano
jefe jefes jefa director directora secretaria secretario pasillo calle barrio ciudad bogota perdon equivoque oiga oigan ola chao adios bendiciones prueba pruebas probando test
llevar llevo lleve traer trae traen trajeron maneja manejan manejo
manejar idea ideas amable amables excelente feliz solucionado solucionada solucion resuelto resuelta hablar hablo preguntar pregunta preguntas saber saberlo conocer informan informar q k xq pq x d tb tmb pa dr dra etc ok okay vale listo
partido i of the to and is my in for
`

// genericWords help to choose between entries but do not show that a text is about the desk: "no
// sirve" alone may be a lamp.
const genericWords = `
error falla fallar fallo problema inconveniente novedad dano danar danado roto malo mal sirve servir funcionar prender apagar abrir cerrar entrar ingresar ingreso
deja dejar permite permitir nuevo nueva viejo vieja crear creacion cambiar cambio activar activacion desactivar desactivacion configurar configuracion actualizar actualizacion
solicitud prestamo prestar pedir asignar instalar instalacion revisar revision mantenimiento arreglar reparar limpieza limpiar traslado trasladar mover
eliminar eliminacion borrar quitar recuperar guardar enviar recibir llegar buscar ver mostrar leer escribir usar poner 
acceso permiso codigo nombre numero servicio llave sala lugar reunion negro blanco color lento lentitud demora pegado
otro general apoyo soporte asesoria tecnica falta sin no aire agua luz ruido persona nuevos lleno vacio
piden pide pedido respuesta responder datos informacion registrar registro lista grupo cuadro linea tiempo
comprar compra compras adquirir renovar renovacion vencer vencido caducado contrato contratista consulta consultar cita mesa
seguridad proteccion incendio fisico cita alimentacion pago pagos vida
raro extrano grande escritorio comision queja tarjeta mensaje salida entrada
`

// ambiguousWords are generic words that a few entries have because of the word next to them: a
// strange mail is suspicious, a strange noise is not.
const ambiguousWords = `
raro extrano
`

// outOfDomainWords belong to other offices of the entity, or to none.
const outOfDomainWords = `
vacaciones nomina sueldo salario quincena prima primas cesantias desprendible desprendibles viatico viaticos libranza eps arl pension pensiones incapacidad incapacidades
retefuente retencion bonificacion embargo cooperativa sindicato sindical vacante ascenso luto lactancia calamidad brigada brigadista simulacro evacuacion
medica medico medicos enfermera psicologo psicologa odontologia odontologo vacuna vacunas gimnasio bienestar laboral laborales uniforme uniformes
aseo bano banos sanitario inodoro lavamanos jabon basura basuras trapear barrer toallas servilletas higienico ambientador fumigar fumigacion cucaracha cucarachas hormigas
cafe tinto cafeteria greca aromatica almuerzo almuerzos comida desayuno refrigerio refrigerios restaurante botellon microondas nevera horno pizza torta hambre
silla sillas bombillo bombillos lampara lamparas ascensor ascensores gotera goteras techo cortina cortinas persiana persianas plomeria plomero tuberia pintar jardin matas
parqueadero parqueo carro carros vehiculo vehiculos camioneta moto bicicleta transporte conductor chofer taxi aeropuerto tiquete tiquetes pasaje pasajes hotel hospedaje gasolina peaje
lapicero lapiceros esfero esferos boligrafo cosedora grapadora cuaderno cuadernos papeleria tijeras marcadores borrador clips
cumpleanos navidad fiesta futbol seleccion clima llover llovio lluvia cancion musica pelicula chiste poema receta horoscopo dolar loteria presidente elecciones iglesia dios
cabeza dolor duele enfermo enferma enfermedad gripa covid familia hijo hija hijos mama papa novia novio esposa amor horario cuota alimentaria salud
talento humano renunciar renuncia billetera bolso chaqueta sombrilla bus buses trancon trafico chapa mensajeria mensajero descontaron descuento descuentos pagado pagaron pagan
cancha rifa empanada empanadas apartamento arriendo colegio universidad matricula fiebre pastilla pastillas medicamento hospital clinica accidente accidentes frio luces pared paredes mesa mesas
constancia constancias ingresos casillero locker cocina dispensador vasos platos juego juegos pelota viaje viajes turismo boleta boletas regalo regalos mercado tienda plata dinero
celador vigilante vigilantes porteria vigilancia cajonera mueble muebles credito gano tapado ruana perrito gato
`

// domainWords show by themselves that a text is about the desk, as the names of the catalogue and the
// synonyms do. A text without such a word needs two specific terms.
const domainWords = `
archivo documento escritorio servidor nube navegador icono clic boton sistema plataforma modulo sesion enlace link adjunto remitente destinatario spam
pdf jpg video audio camara cargador bateria ram driver controlador windows linux ip dns cable memoria bandeja buzon backup router switch modem antena red datos
diagrama flujograma organigrama cronograma gantt formula celda macro tabla presentacion plantilla combinacion correspondencia citaciones margen indice encabezado
ticket encuesta glpi radicado expediente tesoreria presupuestal presupuesto hacienda obligacion cdp crp pac contraloria contaduria rendicion sireci pliegos secop licitacion adenda proponente
peticion peticiones tutela ciudadano almacen placa bienes memorando resolucion resoluciones oficio rancho raciones ppl
auricular bocina marcar marco timbra repica conferencia desvio extension linea tono conmutador diadema volumen
etiqueta sticker rotulo rodillo fusor resma folio hoja fotocopia fotocopias copias escala pliego
cursor puntero tecla mayusculas tilde tildes pixel hdmi vga brillo resolucion
ransomware bitcoin publicidad anuncios emergente emergentes propaganda pirateria datos confidencial filtracion
portal web noticia banner transparencia micrositio ficha fichas publicar
teletrabajo remoto remota tunel fortitoken autenticador verificacion factor
extintor extintores humo huella ups energia voltaje breaker servidores temperatura refrigerar
auditorio transmision videoconferencia televisor parlantes microfono streaming zoom teams meet
qr url https candado proxy descarga bloqueo cuota cupo caracteres formato plano cad bim modelo dwg token firmar
actualizacion version instalador aplicacion pantallazo azul reinicio proceso administrador dominio perfil usuario cuenta grupal distribucion
vm horizon vdi kilobytes megas gigas teras
`

// failureWords say that something does not work.
const failureWords = `
error falla fallar fallando fallo dano danar danado danada dane roto rota mal malo problema inconveniente caer caida caido cayo bloquear bloqueado bloqueada pegado pega congelado congela colgado cuelga
trabar trabado traba atascar atascado atasco lento lenta lentitud demora parpadea titila pita raro extrano rebota
desconectado desconecta perdio desaparecio borro muerto cerro cierra apaga apago reinicia
`

// negatableWords say that something does not work when they follow a "no".
const negatableWords = `
prender abrir entrar funcionar servir dejar permitir cargar guardar enviar recibir llegar conectar imprimir escanear sincronizar responder reconocer detectar sonar timbrar marcar mover
escribir leer ver descargar navegar coger jalar actualizar instalar iniciar arrancar cerrar mostrar generar radicar firmar encontrar habilitar activar crear publicar subir configurar
`

// requestMarkerWords are stop words that also say that somebody asks for something.
const requestMarkerWords = `
quiero queremos quisiera quisieramos necesito necesita necesitan necesitamos requiero requiere requieren requerimos solicito solicita solicitamos solicitar regalan regaleme regalarme
`

// requestWords say that somebody asks for something new.
const requestWords = `
instalar instalacion instalen instalarme crear creacion creen prestar prestamo presten solicitud
asignar asignacion asignen habilitar habiliten activar activacion configurar configuracion agregar adicionar conectar renovar renovacion adquirir comprar
trasladar traslado mover publicar publicacion subir eliminar desactivar autorizar autorizacion permiso permisos grabar nuevo nueva
`

// securityWords say that there is a security incident (TI-PR-004), which comes before everything else.
const securityWords = `
phishing virus malware ransomware troyano gusano spyware adware hackear estafa suplantar sospechoso cifrar spoofing vishing smishing hoax backdoor keylogger spyware robar rescate extorsion secuestro
`

// commonWords are words of the language that are never corrected to another word.
const commonWords = `
amigo antes bajo bolsa buscar cabeza cabo caja calle cama campo cara carne casa causa centro cerca cien cinco cine ciudad clase claro comer comida conocer copa correr cosa costo
cuadro cuarto cuatro cuerpo deber dinero doble duda edad ejemplo empezar empresa encima enero entero equipo fecha fiesta final fondo frente fuera fuerte fuego gato grande guerra hijo hombre
idea jefe jugar lado largo lejos letra libre llamar llevar llover lugar madre mano mayor medio mejor menor menos mesa meter mirar mitad mujer mundo nino noche nunca objeto ojos oir orden padre pais palabra
pared partir pasar peor perder perro piedra pierna plata plato plaza poner pobre precio primero punta puro razon reloj resto reunir rico rojo ropa sangre seguir seis sentir serie sobre suelo tarea tierra tirar tocar tomar
traer treinta tren vaca vaso veinte verde vida viejo viento vista vivir volver vuelta zona siete ocho nueve diez mil ciento baile barco perdon ganar comprar vender cantar saltar robot corazon amor beso llorar reir
linda lindo bonito mil vino tapado grande feo gordo flaco alto corto dulce salado caliente frio calor sol luna cielo mar rio monte flor arbol libro pluma
`

// invariableWords mean something else in the other gender, so they are not matched by their singular
// form.
const invariableWords = `
puerta puerto plano plana cargo carga cuento cuenta punto punta libro libre libra marco marca modo moda caso casa barra barro carta medio media cinta banco banca foto
`

// lines are the words of each line of a table of the lexicon.
func lines(s string) [][]string {
	var out [][]string
	for l := range strings.Lines(s) {
		if f := strings.Fields(l); len(f) > 0 {
			out = append(out, f)
		}
	}
	return out
}
